/** A kind of object that is followed, in the words of the Kubernetes API. */
export interface WatchedResource {
  /** API group; `''` is the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, such as `replicasets`. */
  readonly resource: string;
}

/** Part of a list. */
export interface ListPage {
  readonly objects: readonly unknown[];
  /** From where to watch, once the last page was read. */
  readonly resourceVersion: string;
  /** Begins the list. Seen again, it begins it anew: all pages before are void (the server's snapshot of them expired). */
  readonly isFirst: boolean;
}

/** One change, or (`bookmark`) the news that nothing changed up to this version. */
export type WatchEvent =
  | { readonly type: 'upsert' | 'delete'; readonly object: unknown; readonly resourceVersion: string }
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

/** The server has forgotten this resource version: list again. */
export class ResourceExpiredError extends Error {
  override readonly name = 'ResourceExpiredError';
}

/**
 * Lists and watches one kind of object of the cluster.
 *
 * Contract: `list` gives a consistent state as of its last page's version, in pages; `watch` resolves once the server accepted it, then gives
 * every change after the version, in order, none twice, until the server ends the stream (the normal end) or the signal stops it. Both
 * reject with `ResourceExpiredError` when the version is too old, with the signal's reason when aborted, and with any other error when
 * the server is away, refuses, or answers nonsense. Objects are as the server sent them, and are not kept.
 */
export abstract class ClusterWatch {
  abstract list(resource: WatchedResource, signal: AbortSignal): AsyncIterable<ListPage>;
  abstract watch(
    resource: WatchedResource,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<WatchEvent>>;
  /** `gitVersion` of the API server, such as `v1.34.1`. */
  abstract version(): Promise<string>;
}
