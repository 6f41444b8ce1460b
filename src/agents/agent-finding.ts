/** What can be found out of a node, and is kept in its newest version. */
export type FindingKind = 'inventory' | 'machine';

/** When a finding was made. */
export interface FindingHead {
  readonly node: string;
  /** The task that asked for it. */
  readonly task: string;
  /** By the node's clock. */
  readonly takenAtMs: number;
  /** By the server's clock: what its age is reckoned from. */
  readonly receivedAtMs: number;
}

/** The newest of its kind that a node's agent told, as compressed JSON. */
export interface Finding extends FindingHead {
  readonly body: Uint8Array;
}
