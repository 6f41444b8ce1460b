import { join } from 'node:path';
import { DAY_MS, type Layout, type Part, WRITTEN } from './metric-layout.js';

export interface SampleRange {
  readonly kind: string;
  readonly metric: string;
  /** Inclusive, ms since the epoch. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** A condition on `p.object_id`, or `true`. */
  readonly objects: string;
}

/**
 * The query that gives `object_id, cycle_at, v` of one metric from all tables and segments that can hold it; rows that were written again later are
 * left out, so are unknown values. Undefined when nothing holds it.
 */
export function sampleSource(layout: Layout, segmentFolder: string, range: SampleRange): string | undefined {
  const metric = `p."${range.metric}"`;
  const selects = layout.parts
    .filter((part) => part.tier === 'raw' && part.kind === range.kind && part.metrics.includes(range.metric))
    .filter((part) => part.dayMs < range.toMs && part.dayMs + DAY_MS > range.fromMs)
    .map(
      (part) =>
        `SELECT p.object_id, p.cycle_at, ${metric}::DOUBLE AS v FROM ${partSource(part, segmentFolder)} p
         WHERE p.cycle_at >= ${String(range.fromMs)} AND p.cycle_at < ${String(range.toMs)} AND ${metric} IS NOT NULL
           AND ${range.objects} AND ${validRows(layout, part)}`,
    );
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

/** A text as SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
