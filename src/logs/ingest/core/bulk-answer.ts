import { type TextColumn, textAt } from '../../core/pack/text-column.js';
import type { BulkAction, BulkRefusal } from './parse-bulk.js';

/** What became of an item. */
export type ItemOutcome = 'stored' | 'known' | BulkRefusal;

/** How an item is named in its answer. */
export interface ItemName {
  readonly action: BulkAction;
  readonly index: string;
  readonly id: string;
}

/**
 * Elasticsearch's answer to `_bulk` (8.19), as text, and what became of its items. Of what its specification leaves optional it has nothing that shippers do not read, for Fluent Bit takes no answer over 512,000 bytes
 * unless it is told to. `errors` says that something is not stored; a document that was stored before is: Fluent Bit (5.1) sends a request for ever in whose answer all is a conflict, unless `errors` is false.
 */
export interface BulkAnswer {
  readonly text: Buffer;
  readonly counts: ReadonlyMap<ItemResult, number>;
}

export type ItemResult = 'stored' | 'known' | 'refused' | 'busy' | 'failed';

/** The items of a request as they were read. */
export interface ReadItems {
  readonly count: number;
  /** Of each item the text with which it is answered when all goes well, or when it was refused: `itemText` and a comma. */
  readonly texts: TextColumn;
  /** Of each item the row of its line among those that are to be stored; `REFUSED`: none. */
  readonly rows: Int32Array;
}

export const REFUSED = -1;

const NOT_STORED: readonly ItemResult[] = ['refused', 'busy', 'failed'];
const CONFLICT = { type: 'version_conflict_engine_exception', reason: 'document already exists' };

/** @param tookMs how long it took */
export function bulkAnswer(items: ReadItems, outcomeOf: (row: number) => ItemOutcome, tookMs: number): BulkAnswer {
  const counts = new Map<ItemResult, number>();
  let isAsRead = true;
  for (let item = 0; item < items.count; item += 1) {
    const row = items.rows[item] ?? REFUSED;
    const outcome = row === REFUSED ? undefined : outcomeOf(row);
    const result = outcome === undefined ? 'refused' : resultOf(outcome);
    counts.set(result, (counts.get(result) ?? 0) + 1);
    isAsRead &&= outcome === undefined || outcome === 'stored';
  }
  const texts = isAsRead ? withoutLastComma(items) : changedTexts(items, outcomeOf);
  const errors = NOT_STORED.some((result) => counts.has(result));
  const head = `{"errors":${String(errors)},"took":${Math.round(tookMs)},"items":[`;
  return { text: Buffer.concat([Buffer.from(head), texts, Buffer.from(']}')]), counts };
}

/**
 * One item's. `index` with an id that is known says `noop` with success, since the document is there; `create` says 409, which every shipper takes for "was delivered before" (Elasticsearch's
 * data streams do the same). It is no error of the request.
 */
export function itemText({ action, index, id }: ItemName, outcome: ItemOutcome): string {
  const place = `{"${action}":{"_index":${JSON.stringify(index)},"_id":${JSON.stringify(id)}`;
  if (typeof outcome === 'object') {
    const { status, type, reason } = outcome;
    return `${place},"status":${status},"error":${JSON.stringify({ type, reason })}}}`;
  }
  if (outcome === 'known' && action === 'create') return `${place},"status":409,"error":${JSON.stringify(CONFLICT)}}}`;
  const [result, status] = outcome === 'stored' ? ['created', 201] : ['noop', 200];
  return `${place},"result":"${result}","status":${status}}}`;
}

function withoutLastComma({ texts }: ReadItems): Buffer {
  return Buffer.from(texts.bytes.buffer, texts.bytes.byteOffset, Math.max(0, texts.bytes.length - 1));
}

function changedTexts({ count, texts, rows }: ReadItems, outcomeOf: (row: number) => ItemOutcome): Buffer {
  const changed = Array.from({ length: count }, (_, item) => {
    const text = textAt(texts, item).slice(0, -1);
    const row = rows[item] ?? REFUSED;
    const outcome = row === REFUSED ? 'stored' : outcomeOf(row);
    return outcome === 'stored' ? text : itemText(nameIn(text), outcome);
  });
  return Buffer.from(changed.join(','));
}

function nameIn(text: string): ItemName {
  const [[action, { _index: index, _id: id }] = ['index', { _index: '', _id: '' }]] = Object.entries(
    JSON.parse(text) as Record<BulkAction, { readonly _index: string; readonly _id: string }>,
  );
  return { action: action as BulkAction, index, id };
}

function resultOf(outcome: ItemOutcome): ItemResult {
  if (typeof outcome === 'string') return outcome;
  if (outcome.status === 429) return 'busy';
  return outcome.status >= 500 ? 'failed' : 'refused';
}
