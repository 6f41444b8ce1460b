import type { BulkAction, BulkRefusal } from './parse-bulk.js';

/** What became of an item. */
export type ItemOutcome = 'stored' | 'known' | BulkRefusal;

export interface AnsweredItem {
  readonly action: BulkAction;
  readonly index: string;
  readonly id: string;
  readonly outcome: ItemOutcome;
}

/** Elasticsearch's answer to `_bulk` (8.19): of what its specification leaves optional nothing that shippers do not read, for Fluent Bit takes no answer over 512,000 bytes unless it is told to. */
export interface BulkAnswer {
  readonly took: number;
  /** Something is not stored. A document that was stored before is: Fluent Bit (5.1) sends a request forever in whose answer all is a conflict, unless this is false. */
  readonly errors: boolean;
  readonly items: readonly object[];
}

const CONFLICT = { type: 'version_conflict_engine_exception', reason: 'document already exists' };

/** @param tookMs how long it took */
export function bulkAnswer(items: readonly AnsweredItem[], tookMs: number): BulkAnswer {
  const answers = items.map(answerOf);
  return {
    took: Math.round(tookMs),
    errors: answers.some(({ isError }) => isError),
    items: answers.map(({ body }) => body),
  };
}

/**
 * One item's. `index` with an id that is known says `noop` with success, since the document is there; `create` says 409, which every shipper takes for "was delivered before" (Elasticsearch's
 * data streams do the same). It is no error of the request.
 */
function answerOf({ action, index, id, outcome }: AnsweredItem): { readonly isError: boolean; readonly body: object } {
  const place = { _index: index, _id: id };
  if (typeof outcome === 'object') {
    const { status, type, reason } = outcome;
    return { isError: true, body: { [action]: { ...place, status, error: { type, reason } } } };
  }
  if (outcome === 'known' && action === 'create')
    return { isError: false, body: { [action]: { ...place, status: 409, error: CONFLICT } } };
  const [result, status] = outcome === 'stored' ? ['created', 201] : ['noop', 200];
  return { isError: false, body: { [action]: { ...place, result, status } } };
}
