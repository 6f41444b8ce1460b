import type { DuckDBConnection } from '@duckdb/node-api';
import type { LostLines } from '../../../logs/store/log-store.port.js';
import { loadLogLayout } from './log-database.js';
import { type LogSegment, readSegments } from './log-segment.js';

/** What stands in the store at one moment. */
export interface LogCatalogue {
  /** Numbers of the chunks, the oldest first. */
  readonly chunks: readonly number[];
  /** By the last time, the newest first. */
  readonly segments: readonly LogSegment[];
  /** Which lines cannot be read any more, by their first time. */
  readonly lost: readonly LostLines[];
}

/** Keeps what was read of the catalogue until another version of it is committed: questions come more often than changes, and it takes longer to read than many a page of lines. */
export class LogCatalogues {
  private known: { readonly epoch: number; readonly version: bigint; readonly catalogue: LogCatalogue } | undefined;

  /** Begins a transaction that reads, and says what stands in the store as it sees it. @param epoch of the database's instance: another one may count versions anew */
  async begin(connection: DuckDBConnection, epoch: number): Promise<LogCatalogue> {
    const result = await connection.runAndReadAll('BEGIN TRANSACTION READ ONLY; SELECT version FROM store');
    const [[version] = []] = result.getRowsJS() as [bigint?][];
    if (this.known?.epoch === epoch && this.known.version === version) return this.known.catalogue;
    const { chunks } = await loadLogLayout(connection);
    const catalogue = { chunks, segments: await readSegments(connection), lost: await readLost(connection) };
    if (version !== undefined) this.known = { epoch, version, catalogue };
    return catalogue;
  }
}

async function readLost(connection: DuckDBConnection): Promise<LostLines[]> {
  const result = await connection.runAndReadAll('SELECT first_time, last_time, reason FROM lost ORDER BY first_time');
  return (result.getRowsJS() as [bigint, bigint, string][]).map(([first, last, reason]) => ({
    fromNs: first,
    toNs: last + 1n,
    reason,
  }));
}
