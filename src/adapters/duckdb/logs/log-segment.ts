import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../sql-text.js';

/** A file of the manifest. Times are nanoseconds since the epoch; ranges include both ends. */
export interface LogSegment {
  readonly file: string;
  readonly lines: number;
  readonly bytes: number;
  /** SHA-256. */
  readonly digest: string;
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  readonly firstArrival: bigint;
  readonly lastArrival: bigint;
  readonly lastObserved: bigint;
  /** Absent: too many to name. The empty text stands for lines of no namespace. */
  readonly namespaces?: readonly string[];
  /** Whether its lines are counted by minute. */
  readonly isCounted?: boolean;
}

/** What a query of a segment's lines says of it. */
export type SegmentFacts = Omit<LogSegment, 'file' | 'bytes' | 'digest' | 'isCounted'>;

const MOST_NAMESPACES = 500;

export interface Runs {
  run: DuckDBConnection['run'];
}

/** The manifest, by the last time, the newest first. */
export async function readSegments(connection: DuckDBConnection): Promise<LogSegment[]> {
  const result = await connection.runAndReadAll(
    `SELECT file, line_count::DOUBLE AS lines, bytes::DOUBLE AS bytes, digest, first_time AS "firstTime", last_time AS "lastTime",
       first_arrival AS "firstArrival", last_arrival AS "lastArrival", last_observed AS "lastObserved", to_json(namespaces)::VARCHAR AS names, is_counted AS "isCounted"
     FROM segments ORDER BY last_time DESC, file`,
  );
  type Row = Omit<LogSegment, 'namespaces'> & { readonly names: string | null };
  return (result.getRowObjectsJS() as unknown as Row[]).map(({ names, ...segment }) => ({
    ...segment,
    ...(names === null ? {} : { namespaces: JSON.parse(names) as string[] }),
  }));
}

/** Within a transaction. */
export async function forgetSegments(connection: Runs, files: readonly string[]): Promise<void> {
  const isOne = `file IN (${files.map((file) => sqlText(file)).join(', ')})`;
  await connection.run(`DELETE FROM segments WHERE ${isOne}`);
  await connection.run(`DELETE FROM minute_counts WHERE ${isOne}`);
}

/** @param query of lines with all columns @returns undefined when it gives none */
export async function factsOf(connection: Runs, query: string): Promise<SegmentFacts | undefined> {
  const result = await connection.run(
    `SELECT count(*)::DOUBLE, min(time), max(time), min(arrival), max(arrival), max(observed), count(DISTINCT coalesce(namespace, ''))::DOUBLE FROM (${query})`,
  );
  type Row = [number, bigint, bigint, bigint, bigint, bigint, number];
  const [row] = (await result.getRowsJS()) as unknown as Row[];
  if (!row || row[0] === 0) return undefined;
  const [lines, firstTime, lastTime, firstArrival, lastArrival, lastObserved, names] = row;
  const facts = { lines, firstTime, lastTime, firstArrival, lastArrival, lastObserved };
  if (names > MOST_NAMESPACES) return facts;
  const named = await connection.run(`SELECT DISTINCT coalesce(namespace, '') FROM (${query}) ORDER BY 1`);
  return { ...facts, namespaces: ((await named.getRowsJS()) as [string][]).map(([name]) => name) };
}

/** The name of a segment: its UTC day, the number of its first line, and how many lines it has. No two that live at once have the same. */
export function segmentName({ firstTime, firstArrival, lines }: SegmentFacts): string {
  const day = new Date(Number(firstTime / 1_000_000n)).toISOString().slice(0, 10).replaceAll('-', '');
  return `${day}_${String(firstArrival)}_${String(lines)}.parquet`;
}

/** The Bloom filter of a segment's words stands beside it. */
export function filterName(file: string): string {
  return file.replace(/\.parquet$/, '.bloom');
}
