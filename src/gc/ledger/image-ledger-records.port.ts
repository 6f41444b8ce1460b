import type { LedgerRow } from '../core/ledger-row.js';

/** A row with what the image is called. */
export type NamedLedgerRow = LedgerRow & {
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
};

/** What is known of the images of one node. */
export interface NodeLedger {
  /** Since when it is kept, by the server's clock. */
  readonly sinceMs: number;
  /** When the newest inventory that it has taken in was received, by the server's clock; absent while it has taken none. */
  readonly receivedAtMs?: number;
  readonly rows: readonly NamedLedgerRow[];
}

/**
 * The image ledger, a document a node.
 *
 * Contract: what resolved is durable. Changes of one node wait for each other, so that none is lost, with any number of processes.
 */
export abstract class ImageLedgerRecords {
  /** Those of these nodes that are kept. */
  abstract read(nodes: readonly string[]): Promise<ReadonlyMap<string, NodeLedger>>;
  /**
   * Replaces a node's ledger by what `change` makes of it (undefined: there is none yet). Nothing is written when it gives back what it was given.
   * `change` may be called again, and must not do anything else.
   */
  abstract update(
    node: string,
    atMs: number,
    change: (ledger: NodeLedger | undefined) => NodeLedger | undefined,
  ): Promise<void>;
  /** Forgets at most `limit` nodes whose ledger has not changed since; tells how many. */
  abstract trim(changedBeforeMs: number, limit: number): Promise<number>;
}
