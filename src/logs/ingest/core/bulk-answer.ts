import type { BulkAction, BulkRefusal } from './parse-bulk.js';

/** What became of an item. */
export type ItemOutcome = 'stored' | 'known' | BulkRefusal;

export interface AnsweredItem {
  readonly action: BulkAction;
  readonly index: string;
  readonly id: string;
  readonly outcome: ItemOutcome;
}

/** Elasticsearch's answer to `_bulk` (8.19). */
export interface BulkAnswer {
  readonly took: number;
  readonly errors: boolean;
  readonly items: readonly object[];
}

const SHARDS = { total: 1, successful: 1, failed: 0 };

/** @param tookMs how long it took */
export function bulkAnswer(items: readonly AnsweredItem[], tookMs: number): BulkAnswer {
  const answers = items.map(answerOf);
  return {
    errors: answers.some(({ isError }) => isError),
    took: Math.round(tookMs),
    items: answers.map(({ body }) => body),
  };
}

/**
 * One item's. `index` with an id that is known says `noop` with success, since the document is there; `create` says 409, which every shipper takes for "was delivered before" (Elasticsearch's
 * data streams do the same).
 */
function answerOf({ action, index, id, outcome }: AnsweredItem): { readonly isError: boolean; readonly body: object } {
  const place = { _index: index, _id: id };
  if (outcome === 'known' && action === 'create') return answerOf({ action, index, id, outcome: conflict(id) });
  if (typeof outcome === 'object') {
    const { status, type, reason } = outcome;
    return { isError: true, body: { [action]: { ...place, status, error: { type, reason, index } } } };
  }
  const [result, status] = outcome === 'stored' ? ['created', 201] : ['noop', 200];
  const body = { ...place, _version: 1, result, _shards: SHARDS, _seq_no: 0, _primary_term: 1, status };
  return { isError: false, body: { [action]: body } };
}

function conflict(id: string): BulkRefusal {
  return {
    status: 409,
    type: 'version_conflict_engine_exception',
    reason: `[${id}]: version conflict, document already exists`,
  };
}
