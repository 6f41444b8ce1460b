import type { ManagedResource } from './resizer-spec.js';

const NANO = 1_000_000_000n;
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: readonly (readonly [string, bigint])[] = [
  ['', NANO],
  ['m', 1_000_000n],
  ['u', 1_000n],
  ['n', 1n],
];

/** An amount as a Kubernetes quantity, exactly: CPU as `2`, `250m` or `1500u`, bytes in the largest binary unit that is whole. @param nanos not negative */
export function formatAmount(resource: ManagedResource, nanos: bigint): string {
  if (resource === 'cpu' || nanos % NANO !== 0n) return decimal(nanos);
  let [bytes, unit] = [nanos / NANO, 0];
  while (bytes !== 0n && bytes % 1024n === 0n && unit < BINARY.length - 1) [bytes, unit] = [bytes / 1024n, unit + 1];
  return `${bytes}${BINARY[unit] ?? ''}`;
}

function decimal(nanos: bigint): string {
  const [suffix, size] = DECIMAL.find(([, each]) => nanos % each === 0n) ?? ['n', 1n];
  return `${nanos / size}${suffix}`;
}
