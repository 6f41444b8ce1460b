import type { Caller } from './caller.js';

/** Who a caller is, for what it owns: a token by its id, a Kubernetes user by name and uid. Not for people. */
export function callerKey({ kind, name, tokenId, user }: Caller): string {
  return kind === 'token' ? `token:${tokenId ?? name}` : `kubernetes:${name}:${user?.uid ?? ''}`;
}
