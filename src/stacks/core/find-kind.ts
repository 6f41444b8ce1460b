import type { KnownKind } from './known-kind.js';

/** How a kind is served, among those that are known. */
export function findKind(
  kinds: readonly KnownKind[],
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
): KnownKind | undefined {
  return kinds.find((known) => known.apiVersion === apiVersion && known.kind === kind);
}
