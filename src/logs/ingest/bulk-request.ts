import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClusterView } from '../../cluster/cluster-view.js';
import type { KnownTails } from '../core/shippers/known-tails.js';
import { readDocument } from '../core/shippers/read-document.js';
import type { ShippedOrigin } from '../core/shippers/read-origin.js';
import type { AnsweredItem, ItemOutcome } from './core/bulk-answer.js';
import { DocumentJoiner, type PlacedRecord } from './core/join-documents.js';
import { whyNotWrite } from './core/may-write.js';
import { parseBulk, type BulkItem, type ItemHead } from './core/parse-bulk.js';
import { resolvePod } from './resolve-pod.js';

/** What a request is read with. */
export interface BulkContext {
  /** Of the path: for items that name none. */
  readonly index?: string;
  /** The namespaces that its caller may write; absent: all. */
  readonly namespaces?: readonly string[];
  readonly observedNs: bigint;
  readonly nextSequence: () => number;
  readonly view: Pick<ClusterView, 'pod' | 'workloadOf'>;
  readonly tails: KnownTails;
}

/** So many items are read in one go, some milliseconds; then others have their turn. */
const ITEMS_A_TURN = 256;
/** So many records are handed to the store at once. */
const RECORDS_A_SLICE = 8_192;

/** One `_bulk` request while it is read: its records, and what became of its items. */
export class BulkRequest {
  private readonly heads: ItemHead[] = [];
  private readonly outcomes: (ItemOutcome | undefined)[] = [];
  /** What the cluster knows of where lines come from, by what shippers wrote of it. */
  private readonly resolved = new Map<ShippedOrigin, ShippedOrigin>();
  private readonly joiner = new DocumentJoiner();
  /** The ids of documents that come without begin with it. */
  private readonly ownId = randomUUID();

  constructor(private readonly context: BulkContext) {}

  /** The records of a body, in slices; each is to be answered (`settle`) before the next is asked for. */
  async *slices(body: Buffer): AsyncGenerator<readonly PlacedRecord[], undefined> {
    let records: PlacedRecord[] = [];
    for (const item of parseBulk(body, isUtf8(body), this.context.tails)) {
      records.push(...this.read(item));
      if (records.length >= RECORDS_A_SLICE) {
        yield records;
        records = [];
      }
      if (this.heads.length % ITEMS_A_TURN === 0) await nextTurn();
    }
    records.push(...this.joiner.flush());
    if (records.length > 0) yield records;
    return undefined;
  }

  /** Says what became of records. */
  settle(records: readonly PlacedRecord[], outcomeOf: (index: number) => ItemOutcome): void {
    records.forEach(({ items }, index) => {
      for (const item of items) this.outcomes[item] = outcomeOf(index);
    });
  }

  /** Every item in the request's order. */
  answered(): AnsweredItem[] {
    return this.heads.map((head, place) => {
      const { action, index = this.context.index ?? '', id = `${this.ownId}-${place}` } = head;
      const outcome = this.outcomes[place];
      if (outcome === undefined) throw new Error('An item of a bulk request was forgotten');
      return { action, index, id, outcome };
    });
  }

  private read(item: BulkItem): PlacedRecord[] {
    const { context } = this;
    const { id, index = context.index ?? '' } = item.head;
    const place = this.heads.push(item.head) - 1;
    if (item.refusal) return this.refuse(place, item.refusal);
    if (index === '') return this.refuse(place, noIndex);
    const facts = { observedNs: context.observedNs, sequence: context.nextSequence() };
    const read = readDocument(item.read.document, item.text, facts, item.read.origin);
    const refusal = whyNotWrite(read.origin, context.namespaces);
    if (refusal) return this.refuse(place, refusal);
    const origin = this.resolve(read.origin);
    // A document is the same one in its index alone; and no namespace's shipper takes the ids of another's.
    const own = id === undefined ? facts : { ...facts, documentId: `${origin.namespace ?? ''}/${index}/${id}` };
    const line = origin === read.origin && own === facts ? read : { ...read, origin, facts: own };
    return this.joiner.push({ line, item: place });
  }

  private resolve(origin: ShippedOrigin): ShippedOrigin {
    const known = this.resolved.get(origin);
    if (known) return known;
    const resolved = resolvePod(origin, this.context.view);
    this.resolved.set(origin, resolved);
    return resolved;
  }

  private refuse(place: number, outcome: ItemOutcome): PlacedRecord[] {
    this.outcomes[place] = outcome;
    return [];
  }
}

const noIndex = {
  status: 400,
  type: 'illegal_argument_exception',
  reason: 'name an index, in the path or as _index',
} as const;
