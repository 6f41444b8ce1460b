import type { DuckDBConnection } from '@duckdb/node-api';
import type { LogSpan } from '../../../logs/core/filter/log-filter.js';
import type { LostLines } from '../../../logs/store/log-store.port.js';
import type { ActiveReads } from './active-reads.js';
import type { LogCatalogues } from './log-catalogue.js';
import type { LogDatabase } from './log-database.js';
import type { LogSources } from './log-sources.js';

/** A question's view of the store: tables and manifest as they were when it began, whatever is closed, put together or dropped meanwhile. */
export interface LogReading {
  readonly connection: DuckDBConnection;
  readonly sources: LogSources;
  /** Where segments stand. */
  readonly folder: string;
  /** Lines of a span that cannot be read any more. */
  lost(span: LogSpan): LostLines[];
}

export interface ReadingMeans {
  readonly database: LogDatabase;
  readonly reads: ActiveReads;
  readonly catalogues: LogCatalogues;
}

/** Runs a question in a transaction of its own, which ends when its connection is given back; aborting interrupts it. */
export function readLogs<T>(
  { database, reads, catalogues }: ReadingMeans,
  work: (reading: LogReading) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return reads.track(() =>
    database.query(async (connection) => {
      const { chunks, segments, lost } = await catalogues.begin(connection, database.epoch);
      return work({
        connection,
        sources: { chunks, segments },
        folder: database.segmentFolder,
        lost: ({ fromNs, toNs }) => lost.filter((one) => one.toNs > fromNs && one.fromNs < toNs),
      });
    }, signal),
  );
}
