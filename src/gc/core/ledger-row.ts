/** What is known of one image on one node, for as long as it is there. Instants are the server's, in ms since the epoch. */
export interface LedgerRow {
  readonly imageId: string;
  readonly firstSeenAtMs: number;
  /** When a container of any state was last seen to refer to it, or one last started from it. Absent: never. */
  readonly lastUsedAtMs?: number;
  /** Starts of containers of it that were seen. */
  readonly timesUsed: number;
  readonly sizeBytes: number;
  /** What only this image holds, where the runtime tells. */
  readonly uniqueBytes?: number;
  readonly pinned: boolean;
  /** The latest start that was counted, and which containers started then: a start that is told of twice counts once. */
  readonly lastStart?: { readonly atMs: number; readonly containers: readonly string[] };
}
