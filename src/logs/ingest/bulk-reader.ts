import type { PackedLines, PackedOrigin } from '../core/pack/packed-lines.js';
import type { ReadItems } from './core/bulk-answer.js';

/** A `_bulk` body and what it is read with. */
export interface BulkBody {
  /** All of its memory; its reader's from now on. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Lines of the body at most: they bound its items. */
  readonly lines: number;
  /** Of the path: for items that name none. */
  readonly index?: string;
  /** The namespaces that its caller may write; absent: all. */
  readonly namespaces?: readonly string[];
  readonly observedNs: bigint;
  /** The ids of documents that come without begin with it. */
  readonly ownId: string;
}

/** What a body says. */
export interface ReadBulk {
  readonly items: ReadItems;
  /** Where lines come from is as the documents say; the same origin is mostly the same object, in later bodies too. */
  readonly lines: PackedLines;
}

/** A body as it was read in another thread: origins are given once, and named by their numbers then. */
export interface ReadBulkMessage {
  readonly items: ReadItems;
  /** `origin` has numbers of the reader's origins. */
  readonly lines: Omit<PackedLines, 'origins'>;
  /** Those that were not given before, numbered on from `firstOrigin`; 0: all that were given before are forgotten. */
  readonly newOrigins: readonly PackedOrigin[];
  readonly firstOrigin: number;
}

/** Reads the documents of `_bulk` bodies as log lines. */
export abstract class BulkReader {
  /** @throws ProblemError 503 when it could not be read now: nothing is stored, and it may be sent again */
  abstract read(body: BulkBody): Promise<ReadBulk>;
}
