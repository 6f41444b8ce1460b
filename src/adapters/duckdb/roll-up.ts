import type { DuckDBConnection } from '@duckdb/node-api';
import type { TierName } from '../../metrics/metric-store.port.js';
import type { BackgroundConnection } from './background-connection.js';
import type { MetricDatabase } from './metric-database.js';
import type { Kinds } from './metric-kinds.js';
import { DAY_MS, type Layout, type Part, WRITTEN } from './metric-layout.js';
import type { DuckdbMetricWriter } from './metric-writer.duckdb.js';
import type { RolledTier } from '../../metrics/metric-store.port.js';
import { bucketOf, ROLLED_TIERS } from './rolled-columns.js';
import { type KindSpan, rollPart } from './roll-part.js';
import { sqlText } from './sample-source.js';
import { enterSegments, markLastClosedDay, removeUnlisted, type Segment } from './segment-manifest.js';

/** A day of a tier that got rows. */
export interface RolledDay {
  readonly tier: RolledTier;
  readonly dayMs: number;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Brings the tiers up to date: `5m` from raw samples, `1h` from `5m`. Each day of a tier and kind is one segment, sorted by object: it is written anew, with
 * the rows that it has and those that came to it, under the next generation, and one transaction enters it and says how far the tier is complete. So it
 * may be killed anywhere and be begun again, and nothing counts twice. Samples that come for a bucket meanwhile, or later, move that mark back.
 * Goes on when the disk is nearly full: it writes little, and only what is rolled up may be forgotten.
 * @param untilMs buckets that ended at or before this instant are rolled up
 */
export async function rollUp(
  database: MetricDatabase,
  writer: DuckdbMetricWriter,
  kinds: Kinds,
  untilMs: number,
): Promise<RolledDay[]> {
  return database.maintain(async (background) => {
    const rolled: RolledDay[] = [];
    for (const tier of ROLLED_TIERS) {
      for (;;) {
        const day = await rollNextDay({ database, writer, kinds, background }, tier, untilMs);
        if (!day) break;
        if (day.rows > 0) rolled.push(day);
      }
    }
    if (rolled.length > 0) await removeUnlisted(database);
    return rolled;
  });
}

interface Means {
  readonly database: MetricDatabase;
  readonly writer: DuckdbMetricWriter;
  readonly kinds: Kinds;
  readonly background: BackgroundConnection;
}

async function rollNextDay(means: Means, tier: RolledTier, untilMs: number): Promise<RolledDay | undefined> {
  const { database, writer, kinds, background } = means;
  const { layout, spans } = await database.write(async (_, layout) => {
    writer.late.watch();
    return Promise.resolve({ layout, spans: nextSpans(layout, kinds, tier, untilMs) });
  });
  const [first] = spans;
  if (!first) return undefined;
  const segments: Segment[] = [];
  for (const span of spans) {
    const segment = await rollPart({ background, folder: database.segmentFolder, layout, kinds }, tier, span);
    if (segment) segments.push(segment);
  }
  await database.write((connection) => markLastClosedDay(connection, database.segmentFolder, segments));
  await database.write(async (connection) => {
    const lateMs = bucketOf(tier, writer.late.earliest);
    await database.swapLayout(() => enter(connection, tier, spans, segments, lateMs));
  });
  const sum = (of: (segment: Segment) => number) => segments.reduce((total, segment) => total + of(segment), 0);
  return { tier, dayMs: first.dayMs, rows: sum(({ rows }) => rows), bytes: sum(({ bytes }) => bytes) };
}

/**
 * What is to be rolled up next: of every kind its part of the earliest day that has something to roll up. Kinds without rows on that day are there too, so that the
 * mark of each moves on.
 */
export function nextSpans(layout: Layout, kinds: Kinds, tier: RolledTier, untilMs: number): KindSpan[] {
  const finer: TierName = tier === '5m' ? 'raw' : '5m';
  const droppedMs = layout.droppedBefore.get(finer) ?? Number.NEGATIVE_INFINITY;
  const sources = layout.parts.filter(
    (part) => part.tier === finer && part.kind !== WRITTEN && part.dayMs >= droppedMs,
  );
  const names = new Set([...kinds.all.map(({ name }) => name), ...sources.map(({ kind }) => kind)]);
  const ends = new Map([...names].map((kind) => [kind, endOf(layout, tier, kind, untilMs)]));
  const isOpen = ({ kind, dayMs }: Part): boolean => {
    const doneMs = layout.rolledUp.get(tier)?.get(kind) ?? Number.NEGATIVE_INFINITY;
    const endMs = Math.min(ends.get(kind) ?? dayMs, dayMs + DAY_MS);
    return Math.max(doneMs, dayMs) < endMs;
  };
  const dayMs = Math.min(...sources.filter(isOpen).map((part) => part.dayMs));
  if (!Number.isFinite(dayMs)) return [];
  return [...names].flatMap((kind) => {
    const fromMs = Math.max(dayMs, layout.rolledUp.get(tier)?.get(kind) ?? dayMs);
    const toMs = Math.min(ends.get(kind) ?? dayMs, dayMs + DAY_MS);
    return fromMs < toMs ? [{ kind, dayMs, fromMs, toMs }] : [];
  });
}

/** Up to where a kind can be rolled up: the finer tier must be complete there. */
function endOf(layout: Layout, tier: RolledTier, kind: string, untilMs: number): number {
  if (tier === '5m') return bucketOf(tier, untilMs);
  return bucketOf(tier, Math.min(untilMs, layout.rolledUp.get('5m')?.get(kind) ?? Number.NEGATIVE_INFINITY));
}

/** The one transaction that makes the new files count instead of the old, and the buckets complete. */
async function enter(
  connection: DuckDBConnection,
  tier: RolledTier,
  spans: readonly KindSpan[],
  segments: readonly Segment[],
  lateMs: number,
): Promise<void> {
  const kindsOf = (of: readonly { readonly kind: string }[]) => of.map(({ kind }) => sqlText(kind)).join(', ');
  await connection.run('BEGIN');
  for (const { dayMs } of spans.slice(0, 1)) {
    const where = `tier = '${tier}' AND day = ${String(dayMs)} AND kind IN (${kindsOf(spans)})`;
    await connection.run(`DELETE FROM segments WHERE ${where}`);
  }
  await enterSegments(connection, segments);
  await connection.run(`DELETE FROM rolled_up WHERE tier = '${tier}' AND kind IN (${kindsOf(spans)})`);
  const rows = spans.map(({ kind, toMs }) => `('${tier}', ${sqlText(kind)}, ${String(Math.min(toMs, lateMs))})`);
  await connection.run(`INSERT INTO rolled_up VALUES ${rows.join(', ')}`);
  await connection.run('COMMIT');
}
