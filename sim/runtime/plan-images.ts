import { between, hash } from '../seeded.js';
import { digestOf, imageIdOf } from './runtime-ids.js';

const MB = 1_000_000;
export const PAUSE = 'registry.k8s.io/pause:3.10';

export interface SimLayer {
  readonly id: string;
  readonly bytes: number;
}

/** An image on a node's disk: a base that many repositories share, what all versions of its repository share, and its own. */
export interface SimImage {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly layers: readonly SimLayer[];
  readonly pinned: boolean;
  readonly builtAtMs: number;
}

const BASES: readonly SimLayer[] = [
  { id: 'base-small', bytes: 8 * MB },
  { id: 'base-debian', bytes: 78 * MB },
  { id: 'base-jvm', bytes: 310 * MB },
];

/** What an image of this reference is, on every node the same. */
export function planImage(reference: string, builtAtMs: number): SimImage {
  const repository = reference.slice(0, reference.lastIndexOf(':'));
  const isPause = reference === PAUSE;
  const shared = { id: `of ${repository}`, bytes: Math.round(between(20, 400, 'shared', repository)) * MB };
  const own = { id: `of ${reference}`, bytes: Math.round(between(5, 250, 'own', reference)) * MB };
  const base = BASES[hash('base', repository) % BASES.length];
  return {
    id: imageIdOf(reference),
    repoTags: [reference],
    repoDigests: [`${repository}@${digestOf(reference)}`],
    layers: isPause ? [{ id: 'pause', bytes: MB / 2 }] : [...(base ? [base] : []), shared, own],
    pinned: isPause,
    builtAtMs,
  };
}

/** References of versions that were there before the used one, the newest first: `app:1.4.2` was preceded by `app:1.4.1-r1`, ... */
export function olderVersions(reference: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${reference}-r${String(count - index)}`);
}
