import type { DuckDBConnection } from '@duckdb/node-api';
import type { LogSpan } from '../../../logs/core/filter/log-filter.js';
import type { LostLines } from '../../../logs/store/log-store.port.js';
import type { ActiveReads } from './active-reads.js';
import { loadLogLayout, type LogDatabase } from './log-database.js';
import { readSegments } from './log-segment.js';
import { type LogSources, nanoseconds } from './log-sources.js';

/** A question's view of the store: tables and manifest as they were when it began, whatever is closed, put together or dropped meanwhile. */
export interface LogReading {
  readonly connection: DuckDBConnection;
  readonly sources: LogSources;
  /** Where segments stand. */
  readonly folder: string;
  lost(span: LogSpan): Promise<LostLines[]>;
}

/** Runs a question in a transaction of its own; aborting interrupts it. */
export function readLogs<T>(
  { database, reads }: { readonly database: LogDatabase; readonly reads: ActiveReads },
  work: (reading: LogReading) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return reads.track(() =>
    database.query(async (connection) => {
      await connection.run('BEGIN TRANSACTION READ ONLY');
      try {
        const { chunks } = await loadLogLayout(connection);
        const sources = { chunks, segments: await readSegments(connection) };
        const lost = (span: LogSpan): Promise<LostLines[]> => readLost(connection, span);
        return await work({ connection, sources, folder: database.segmentFolder, lost });
      } finally {
        await endTransaction(connection);
      }
    }, signal),
  );
}

/** An instance that was invalidated has none to end; the error that says so is on its way already. */
async function endTransaction(connection: DuckDBConnection): Promise<void> {
  try {
    await connection.run('ROLLBACK');
  } catch {
    // nothing to end
  }
}

async function readLost(connection: DuckDBConnection, { fromNs, toNs }: LogSpan): Promise<LostLines[]> {
  const result = await connection.runAndReadAll(
    `SELECT first_time, last_time, reason FROM lost WHERE last_time >= ${nanoseconds(fromNs)} AND first_time < ${nanoseconds(toNs)} ORDER BY first_time`,
  );
  return (result.getRowsJS() as [bigint, bigint, string][]).map(([first, last, reason]) => ({
    fromNs: first,
    toNs: last + 1n,
    reason,
  }));
}
