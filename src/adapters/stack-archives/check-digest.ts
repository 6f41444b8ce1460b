import { createHash } from 'node:crypto';
import { StackSourceError } from '../../stacks/fetched/stack-archives.port.js';

/** @throws StackSourceError when the bytes have another digest; which one is not told */
export function checkDigest(what: string, bytes: Buffer, digest: string): void {
  if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== digest)
    throw new StackSourceError(`${what} does not have the digest ${digest}`);
}
