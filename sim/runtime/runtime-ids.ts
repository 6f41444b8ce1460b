import { hash, type Key } from '../seeded.js';

/** Ids as a runtime has them: pure functions of what they name, so that a kubelet's, a pod's and a runtime's word agree. */
export function imageIdOf(reference: string): string {
  return `sha256:${digits('image', reference)}`;
}

export function containerIdOf(podUid: string, name: string, attempt: number): string {
  return digits(podUid, name, attempt);
}

export function sandboxIdOf(podUid: string): string {
  return digits('sandbox', podUid);
}

/** The digest of an image's manifest. */
export function digestOf(reference: string): string {
  return `sha256:${digits('digest', reference)}`;
}

function digits(...keys: Key[]): string {
  return hash(...keys)
    .toString(16)
    .padStart(8, '0')
    .repeat(8);
}
