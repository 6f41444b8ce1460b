import type { DuckDBConnection } from '@duckdb/node-api';
import { TIERS, type TierName } from '../../metrics/metric-store.port.js';

export const DAY_MS = 86_400_000;

/**
 * One place that holds samples of a kind and day: while the day is open a table that takes samples and, once an hour is over, a sorted one beside it (`sort-hours.ts`); a
 * Parquet file once it is closed. A rolled-up part is always a file; its columns are `cycle_at` (start of the bucket), `object_id`, `rows` and those of `rolled-columns.ts` for each of its metrics.
 */
export interface Part {
  readonly tier: TierName;
  readonly kind: string;
  /** Start of the UTC day, ms since the epoch. */
  readonly dayMs: number;
  /** Rows that were written again later stand in a higher generation. */
  readonly generation: number;
  /** The file's name for a segment, the table's name otherwise. */
  readonly name: string;
  readonly isSegment: boolean;
  /** A table whose rows were moved there hour by hour, those of an hour ordered by object. */
  readonly isSorted: boolean;
  readonly metrics: readonly string[];
  /** Of a segment; a table's rows and bytes are asked for when they are wanted. */
  readonly rowCount: number;
  readonly bytes: number;
}

/** Where the samples are. A value: a change of the store makes a new one, after its transaction is committed. */
export interface Layout {
  readonly parts: readonly Part[];
  /** For each day that has void rows, the highest `below`. */
  readonly supersededBelow: ReadonlyMap<number, number>;
  /** By tier, then kind: the exclusive end (ms) up to which the tier is complete; a kind that is absent was never rolled up. */
  readonly rolledUp: ReadonlyMap<TierName, ReadonlyMap<string, number>>;
  /** By tier: days before this instant (ms) went by retention. */
  readonly droppedBefore: ReadonlyMap<TierName, number>;
}

/** Columns of a sample table that are no metric, in order. */
export const KEY_COLUMNS = ['cycle_at', 'scope_id', 'object_id', 'sampled_at'] as const;

/** `pod_20260131_g1`, or `pod_5m_20260131_g1` of a rolled-up tier. */
export function partName(kind: string, dayMs: number, generation: number, tier: TierName = 'raw'): string {
  const subject = tier === 'raw' ? kind : `${kind}_${tier}`;
  return `${subject}_${new Date(dayMs).toISOString().slice(0, 10).replaceAll('-', '')}_g${String(generation)}`;
}

const PART_NAME = /^(.+)_(\d{4})(\d{2})(\d{2})_g(\d+)$/;

const SORTED = '_sorted';

/** `pod_sorted_20260131_g1`: the table beside an open one that takes the rows of its finished hours. */
export function sortedName({ kind, dayMs, generation }: Pick<Part, 'kind' | 'dayMs' | 'generation'>): string {
  return partName(`${kind}${SORTED}`, dayMs, generation);
}

/** The kind of the tables that say which scopes of which cycles a generation holds. */
export const WRITTEN = 'written';

export function dayOf(cycleAtMs: number): number {
  return Math.floor(cycleAtMs / DAY_MS) * DAY_MS;
}

/** Reads from the catalogue and the manifest where the samples are. */
export async function loadLayout(connection: DuckDBConnection): Promise<Layout> {
  const tables = await connection.runAndReadAll(
    `SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns()
     WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal GROUP BY table_name ORDER BY table_name`,
  );
  const parts: Part[] = [];
  for (const [name, columns] of tables.getRowsJS() as [string, string[]][]) {
    const part = tablePart(name, columns);
    if (part) parts.push(part);
  }
  const segments = await connection.runAndReadAll(
    `SELECT coalesce(tier, 'raw'), kind, day::DOUBLE, generation, file, metrics, row_count::DOUBLE, bytes::DOUBLE FROM segments ORDER BY day, kind, tier`,
  );
  type Row = [TierName, string, number, number, string, string[], number, number];
  for (const [tier, kind, dayMs, generation, name, metrics, rowCount, bytes] of segments.getRowsJS() as Row[]) {
    parts.push({ tier, kind, dayMs, generation, name, isSegment: true, isSorted: false, metrics, rowCount, bytes });
  }
  const superseded = await connection.runAndReadAll('SELECT day::DOUBLE, max(below) FROM superseded GROUP BY day');
  return {
    parts,
    supersededBelow: new Map(superseded.getRowsJS() as [number, number][]),
    rolledUp: await loadRolledUp(connection),
    droppedBefore: await loadDropped(connection),
  };
}

async function loadRolledUp(connection: DuckDBConnection): Promise<Map<TierName, Map<string, number>>> {
  const rows = await connection.runAndReadAll(
    'SELECT tier, kind, max(until)::DOUBLE FROM rolled_up GROUP BY tier, kind',
  );
  const tiers = new Map<TierName, Map<string, number>>();
  for (const [tier, kind, untilMs] of rows.getRowsJS() as [TierName, string, number][]) {
    const kinds = tiers.get(tier) ?? new Map<string, number>();
    tiers.set(tier, kinds.set(kind, untilMs));
  }
  return tiers;
}

async function loadDropped(connection: DuckDBConnection): Promise<Map<TierName, number>> {
  const rows = await connection.runAndReadAll('SELECT tier, max(before)::DOUBLE FROM dropped GROUP BY tier');
  return new Map(rows.getRowsJS() as [TierName, number][]);
}

/** Takes the name of a part apart; undefined when it is not one. */
export function partOf(name: string): Pick<Part, 'tier' | 'kind' | 'dayMs' | 'generation' | 'isSorted'> | undefined {
  const match = PART_NAME.exec(name);
  if (!match) return undefined;
  const [, subject = '', year, month, day, generation] = match;
  const tier = TIERS.find((one) => one !== 'raw' && subject.endsWith(`_${one}`)) ?? 'raw';
  const isSorted = subject.endsWith(SORTED);
  const suffix = isSorted ? SORTED : tier === 'raw' ? '' : `_${tier}`;
  return {
    tier,
    isSorted,
    kind: subject.slice(0, subject.length - suffix.length),
    dayMs: Date.UTC(Number(year), Number(month) - 1, Number(day)),
    generation: Number(generation),
  };
}

/** The same of the name of a segment's file. */
export function partOfFile(file: string): ReturnType<typeof partOf> {
  return partOf(file.replace(/\.parquet$/, ''));
}

function tablePart(name: string, columns: readonly string[]): Part | undefined {
  const part = partOf(name);
  if (!part) return undefined;
  return {
    ...part,
    name,
    isSegment: false,
    metrics: part.kind === WRITTEN ? [] : columns.slice(KEY_COLUMNS.length),
    rowCount: 0,
    bytes: 0,
  };
}
