import type { ManifestObject } from '../../core/manifest-object.js';
import { readNumber, readText } from '../../core/read-field.js';
import type { LeaderLease, LedComponent } from './control-plane-facts.js';

/** client-go's default, `leaseDurationSeconds` absent. */
const LEASE_SECONDS = 15;

/** A Lease by which a component's leader is elected. @param nodes names of nodes: the holder's name is `<host>_<uuid>` */
export function readLease(component: LedComponent, lease: ManifestObject, nodes: readonly string[]): LeaderLease {
  return { component, ...readHolding(lease, nodes) };
}

/** Who holds a Lease, whatever it is for. */
export function readHolding(lease: ManifestObject, nodes: readonly string[]): Omit<LeaderLease, 'component'> {
  const holder = readText(lease, 'spec', 'holderIdentity');
  const host = holder.split('_')[0] ?? '';
  const node = nodes.find((name) => name === host) ?? nodes.find((name) => host.split('.')[0] === name.split('.')[0]);
  const acquiredAtMs = Date.parse(readText(lease, 'spec', 'acquireTime'));
  const renewedAtMs = Date.parse(readText(lease, 'spec', 'renewTime'));
  return {
    holder,
    ...(host === '' || node === undefined ? {} : { node }),
    ...(Number.isNaN(acquiredAtMs) ? {} : { acquiredAtMs }),
    ...(Number.isNaN(renewedAtMs) ? {} : { renewedAtMs }),
    leaseDurationMs: readNumber(lease, ['spec', 'leaseDurationSeconds'], LEASE_SECONDS) * 1000,
    transitions: readNumber(lease, ['spec', 'leaseTransitions'], 0),
  };
}

/** Whether somebody holds it at a moment. */
export function isHeld(
  { holder, renewedAtMs, leaseDurationMs }: Pick<LeaderLease, 'holder' | 'renewedAtMs' | 'leaseDurationMs'>,
  nowMs: number,
): boolean {
  return holder !== '' && renewedAtMs !== undefined && nowMs <= renewedAtMs + leaseDurationMs;
}
