import { sqlText } from './sql-text.js';
import { join } from 'node:path';
import type { Rollup } from '../../metrics/core/catalogue/metric.js';
import { RATE_LOOKBACK_MS, type TierName } from '../../metrics/metric-store.port.js';
import { DAY_MS, type Layout, type Part, WRITTEN } from './metric-layout.js';
import { readStretches, type Stretch } from './read-stretches.js';

export interface SampleRange {
  readonly kind: string;
  readonly metric: string;
  readonly rollup: Rollup;
  readonly tier: TierName;
  /** Inclusive, ms since the epoch. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** A condition on `p.object_id`, or `true`. */
  readonly objects: string;
}

/**
 * The query that gives the rows of one metric from all tables and segments that can hold it, whatever the tier: `object_id`, `cycle_at`, `v` (of a rolled-up
 * gauge its average) and, for a rolled-up tier, `n` (how many samples), `low`, `high`, `total`. Rows that were written again later are left out, so are unknown values.
 * Undefined when nothing holds it.
 */
export function sampleSource(layout: Layout, folder: string, range: SampleRange): string | undefined {
  return union(readStretches(layout, range).flatMap((stretch) => selects(layout, folder, range, stretch)));
}

/**
 * The query that gives `object_id`, `cycle_at` and `increase`, what a counter grew since the sample before; a row that has none before it is left out.
 * Raw samples are compared with the one before, also with one before the stretch by at most `RATE_LOOKBACK_MS`; a rolled-up row knows its own increase.
 */
export function increaseSource(layout: Layout, folder: string, range: SampleRange): string | undefined {
  const stretches = readStretches(layout, range);
  const rolled = stretches
    .filter(({ tier }) => tier !== 'raw')
    .flatMap((stretch) => selects(layout, folder, range, stretch, 'increase'))
    .map((select) => `SELECT object_id, cycle_at, increase FROM (${select}) WHERE increase IS NOT NULL`);
  const raw = stretches
    .filter(({ tier }) => tier === 'raw')
    .flatMap((stretch) => rawIncreases(layout, folder, range, stretch));
  return union([...rolled, ...raw]);
}

function rawIncreases(layout: Layout, folder: string, range: SampleRange, stretch: Stretch): string[] {
  const samples = union(selects(layout, folder, range, { ...stretch, fromMs: stretch.fromMs - RATE_LOOKBACK_MS }));
  if (samples === undefined) return [];
  return [
    `SELECT object_id, cycle_at, CASE WHEN v < previous THEN v ELSE v - previous END AS increase
     FROM (SELECT object_id, cycle_at, v, lag(v) OVER (PARTITION BY object_id ORDER BY cycle_at) AS previous FROM (${samples}))
     WHERE cycle_at >= ${String(stretch.fromMs)} AND previous IS NOT NULL`,
  ];
}

function selects(
  layout: Layout,
  folder: string,
  { kind, metric, rollup, objects, tier: asked }: SampleRange,
  { tier, fromMs, toMs }: Stretch,
  extra?: 'increase',
): string[] {
  const { known, columns } = tier === 'raw' ? rawColumns(metric, asked) : rolledColumns(metric, rollup);
  const chosen = extra === undefined ? columns : `${columns}, p."${metric}#increase"::DOUBLE AS increase`;
  const parts = layout.parts
    .filter((part) => part.tier === tier && part.kind === kind && part.metrics.includes(metric))
    .filter((part) => part.dayMs < toMs && part.dayMs + DAY_MS > fromMs);
  const scan = (source: string, where: string): string =>
    `SELECT p.object_id, p.cycle_at, ${chosen} FROM ${source} p WHERE ${objects} AND ${known} IS NOT NULL AND ${where}`;
  const byCondition = Map.groupBy(parts, (part) => `${withinTime(part, fromMs, toMs)} AND ${validRows(layout, part)}`);
  return [...byCondition].flatMap(([where, alike]) => sourcesOf(alike, folder).map((source) => scan(source, where)));
}

/** Tables each by itself, files together: a statement that names thirty files one by one takes longer to be understood than to run. */
function sourcesOf(parts: readonly Part[], folder: string): string[] {
  const [files, tables] = [parts.filter(({ isSegment }) => isSegment), parts.filter(({ isSegment }) => !isSegment)];
  const paths = files.map(({ name }) => sqlText(join(folder, name)));
  const together = paths.length > 1 ? [`read_parquet([${paths.join(', ')}], union_by_name = true)`] : [];
  return [
    ...(together.length > 0 ? together : files.map((part) => partSource(part, folder))),
    ...tables.map((part) => partSource(part, folder)),
  ];
}

/** The condition on `p` that its time lies in a range, without the bounds that the part's day does not reach: each is a column to be unpacked. */
export function withinTime({ dayMs }: Part, fromMs: number, toMs: number): string {
  const terms = [
    ...(dayMs < fromMs ? [`p.cycle_at >= ${String(fromMs)}`] : []),
    ...(dayMs + DAY_MS > toMs ? [`p.cycle_at < ${String(toMs)}`] : []),
  ];
  return terms.length > 0 ? terms.join(' AND ') : 'true';
}

interface Columns {
  /** The column that is null when the row has no value of the metric. */
  readonly known: string;
  readonly columns: string;
}

/** A raw sample stands for itself alone. Names of a column's other names cost more to be understood than the column itself. */
function rawColumns(metric: string, asked: TierName): Columns {
  const known = `p."${metric}"`;
  const value = `${known}::DOUBLE`;
  const ofRolled = asked === 'raw' ? '' : `, 1 AS n, ${value} AS low, ${value} AS high, ${value} AS total`;
  return { known, columns: `${value} AS v${ofRolled}` };
}

/** Of counters and constants a rolled-up row has one value, which stands for all of its samples. */
function rolledColumns(metric: string, rollup: Rollup): Columns {
  if (rollup !== 'gauge') {
    const known = `p."${metric}"`;
    return { known, columns: `${known}::DOUBLE AS v, p."rows" AS n, v AS low, v AS high, v * n AS total` };
  }
  const [low, high, total, rows] = ['min', 'max', 'sum', 'n'].map((part) => `p."${metric}#${part}"`);
  const n = `coalesce(${rows}, p."rows")`;
  const columns = `${total}::DOUBLE / ${n} AS v, ${n} AS n, ${low}::DOUBLE AS low, ${high}::DOUBLE AS high, ${total}::DOUBLE AS total`;
  return { known: String(total), columns };
}

function union(selects: readonly string[]): string | undefined {
  return selects.length > 0 ? selects.join('\nUNION ALL\n') : undefined;
}

/** The tables and segments of some kinds, newest day first. */
export function partsOf(layout: Layout, kinds: readonly string[]): Part[] {
  return layout.parts
    .filter((part) => part.kind !== WRITTEN && kinds.includes(part.kind))
    .sort((a, b) => b.dayMs - a.dayMs);
}

/** What stands after FROM. */
export function partSource(part: Part, segmentFolder: string): string {
  return part.isSegment ? `read_parquet(${sqlText(join(segmentFolder, part.name))})` : part.name;
}

/** The condition on `p` that a row was not written again in a higher generation. */
export function validRows(layout: Layout, { tier, dayMs, generation }: Part): string {
  if (tier !== 'raw' || (layout.supersededBelow.get(dayMs) ?? 0) <= generation) return 'true';
  return `NOT EXISTS (SELECT 1 FROM superseded x WHERE x.day = ${String(dayMs)} AND x.below > ${String(generation)}
            AND x.cycle_at = p.cycle_at AND x.scope_id = p.scope_id)`;
}
