import { RATE_LOOKBACK_MS, TIER_WIDTH_MS } from '../../metrics/metric-store.port.js';
import type { Metric } from '../../metrics/core/catalogue/metric.js';
import type { BackgroundConnection } from './background-connection.js';
import type { Kinds } from './metric-kinds.js';
import { dayOf, type Layout, type Part, partName } from './metric-layout.js';
import { type ObjectRange, objectRanges } from './object-ranges.js';
import { copyRolledQuery, rollAgainQuery, rollRawQuery } from './roll-up-query.js';
import type { RolledTier } from '../../metrics/metric-store.port.js';
import { partSource, validRows } from './sample-source.js';
import type { Segment } from './segment-manifest.js';
import { FINER, keyOf } from './tier-holes.js';
import { writeSegmentInRuns } from './write-segment.js';

/** What is rolled up of one kind on one day. */
export interface KindSpan {
  readonly kind: string;
  readonly dayMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RollContext {
  readonly background: BackgroundConnection;
  readonly folder: string;
  readonly layout: Layout;
  readonly kinds: Kinds;
  /** Kinds and days (`keyOf`) of which a file of raw samples was set aside as damaged. */
  readonly lost: ReadonlySet<string>;
}

/** Rows of the finer tier that are rolled up at once, and rolled-up rows that are sorted at once. */
const SOURCE_ROWS = 100_000;
const ROLLED_ROWS = 50_000;

/** Writes the segment of one kind, day and tier: the rows before the span that it has already, and those that the finer tier gives for the span. */
export async function rollPart(context: RollContext, tier: RolledTier, asked: KindSpan): Promise<Segment | undefined> {
  const { background, folder, layout } = context;
  const { kind, dayMs } = asked;
  const old = findPart(layout, tier, asked);
  const fromMs = old ? await startOf(context, tier, asked, old) : asked.fromMs;
  const span = { ...asked, fromMs };
  const kept = old && `SELECT * FROM ${partSource(old, folder)} WHERE cycle_at < ${String(fromMs)}`;
  const finer = tier === '5m' ? rawSource(context, span) : finerSource(context, span);
  const ranges = await objectRanges(background, [
    ...(kept === undefined ? [] : [{ source: kept, rowsAtOnce: ROLLED_ROWS }]),
    ...(finer ? [{ source: finer.source, rowsAtOnce: SOURCE_ROWS }] : []),
  ]);
  if (ranges.length === 0) return undefined;
  const metrics = namedMetrics(context, [...new Set([...(old?.metrics ?? []), ...(finer?.metrics ?? [])])]);
  const query = (range: ObjectRange): string => {
    const within = (source: string) =>
      `SELECT * FROM (${source}) WHERE object_id BETWEEN ${String(range.first)} AND ${String(range.last)}`;
    const selects: string[] = [];
    if (old && kept !== undefined) selects.push(copyRolledQuery(`(${within(kept)})`, metrics, new Set(old.metrics)));
    if (finer) {
      const roll = tier === '5m' ? rollRawQuery : rollAgainQuery;
      const made = roll(within(finer.source), namedMetrics(context, finer.metrics), { tier, ...span });
      selects.push(copyRolledQuery(`(${made})`, metrics, new Set(finer.metrics)));
    }
    return `SELECT * FROM (${selects.join(' UNION ALL ')}) ORDER BY object_id, cycle_at`;
  };
  const generation = (old?.generation ?? 0) + 1;
  const file = `${partName(kind, dayMs, generation, tier)}.parquet`;
  const written = await writeSegmentInRuns(background, folder, ranges.map(query), file, tier);
  return written && { tier, kind, dayMs, generation, file, metrics: metrics.map(({ name }) => name), ...written };
}

/** From where on the day is made again. Where finer rows are lost, what was made of them stays: it would be replaced by less. */
async function startOf(context: RollContext, tier: RolledTier, span: KindSpan, old: Part): Promise<number> {
  const { background, folder, layout, lost } = context;
  const hasFiner = layout.parts.some((part) => part.tier === FINER[tier] && keyOf(part) === keyOf(span));
  if (hasFiner && !lost.has(keyOf(span))) return span.fromMs;
  const result = await background.run(`SELECT max(cycle_at)::DOUBLE FROM ${partSource(old, folder)}`);
  return Math.max(span.fromMs, Number((await result.getRowsJS())[0]?.[0]) + TIER_WIDTH_MS[tier]);
}

interface Finer {
  readonly source: string;
  readonly metrics: readonly string[];
}

/** The raw samples of the span, and those before it that its first increases count from. */
function rawSource({ folder, layout }: RollContext, { kind, fromMs, toMs }: KindSpan): Finer | undefined {
  const firstMs = fromMs - RATE_LOOKBACK_MS;
  const parts = layout.parts.filter(
    (part) => part.tier === 'raw' && part.kind === kind && part.dayMs >= dayOf(firstMs) && part.dayMs < toMs,
  );
  if (parts.length === 0) return undefined;
  const selects = parts.map((part) => {
    const columns = part.metrics.map((metric) => `p."${metric}"::DOUBLE AS "${metric}"`);
    return `SELECT ${['p.cycle_at', 'p.object_id', ...columns].join(', ')} FROM ${partSource(part, folder)} p
      WHERE p.cycle_at >= ${String(firstMs)} AND p.cycle_at < ${String(toMs)} AND ${validRows(layout, part)}`;
  });
  return { source: selects.join(' UNION ALL BY NAME '), metrics: [...new Set(parts.flatMap((part) => part.metrics))] };
}

function finerSource({ folder, layout }: RollContext, span: KindSpan): Finer | undefined {
  const part = findPart(layout, '5m', span);
  return part && { source: `SELECT * FROM ${partSource(part, folder)}`, metrics: part.metrics };
}

function findPart(layout: Layout, tier: RolledTier, { kind, dayMs }: KindSpan): Part | undefined {
  return layout.parts.find((part) => part.tier === tier && part.kind === kind && part.dayMs === dayMs);
}

/** Without those that the catalogue no longer has: nobody can ask for them, and which columns a rolled-up part has of them is not known any more. */
function namedMetrics({ kinds }: RollContext, names: readonly string[]): Metric[] {
  return names.flatMap((name) => kinds.findDefinition(name) ?? []);
}
