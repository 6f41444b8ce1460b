/**
 * How an audited call stands. `started`: it was let in and its end was never recorded (it runs, or the process died); `refused`: it was not
 * let in (401, 403, 429); `failed`: any other status from 400.
 */
export type AuditOutcome = 'started' | 'succeeded' | 'refused' | 'failed';

/** How a call ended. */
export interface AuditEnd {
  readonly outcome: Exclude<AuditOutcome, 'started'>;
  /** HTTP status. */
  readonly status: number;
  /** The problem's code, when there is one. */
  readonly code?: string;
  readonly finishedAtMs: number;
}

/** One audited call, or several refused ones of one address that were only counted. */
export interface AuditRecord {
  readonly id: string;
  /** ms since the epoch. */
  readonly atMs: number;
  readonly callerKind: 'token' | 'kubernetes' | 'agent' | 'unknown';
  readonly callerName?: string;
  readonly tokenId?: string;
  /** The operation's id; absent for paths that are none. */
  readonly operation?: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What the call is about: the path's parameters, `name=value`, joined by a space. */
  readonly target?: string;
  readonly requestId: string;
  readonly remoteAddress: string;
  /** How many calls this row stands for. */
  readonly count: number;
  readonly end?: AuditEnd;
}

/** Which rows; every given field must match. */
export interface AuditFilter {
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs?: number;
  readonly caller?: string;
  readonly operation?: string;
  readonly outcome?: AuditOutcome;
  readonly requestId?: string;
}

/**
 * The audit trail.
 *
 * Contract: what resolved is durable. Rows are only added, ended once, and trimmed by age. Lists are newest first: by time, then id, descending.
 */
export abstract class AuditRecords {
  abstract insert(record: AuditRecord): Promise<void>;
  /** Rejects when there is no such row that is still `started`. */
  abstract end(id: string, end: AuditEnd): Promise<void>;
  /** @param after time and id of the last row of the page before */
  abstract list(
    filter: AuditFilter,
    limit: number,
    after?: { readonly atMs: number; readonly id: string },
  ): Promise<AuditRecord[]>;
  /** Removes at most `limit` rows that are older, oldest first; returns how many. */
  abstract trim(beforeMs: number, limit: number): Promise<number>;
}
