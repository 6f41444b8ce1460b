import type { DuckDBConnection } from '@duckdb/node-api';
import type { BackgroundConnection } from './background-connection.js';
import type { MetricDatabase } from './metric-database.js';
import type { Kinds } from './metric-kinds.js';
import { DAY_MS, type Layout, type Part, partOfFile, WRITTEN } from './metric-layout.js';
import type { DuckdbMetricWriter } from './metric-writer.duckdb.js';
import type { RolledTier } from '../../metrics/metric-store.port.js';
import { bucketOf, ROLLED_TIERS } from './rolled-columns.js';
import { type KindSpan, rollPart } from './roll-part.js';
import { sqlText } from './sql-text.js';
import { FINER, holesOf, keyOf } from './tier-holes.js';
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
 * A day whose file was set aside as damaged is made again while the finer tier has it; where the finer file was, what is made of it already stays.
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
      const mended = new Set<number>();
      for (;;) {
        const day = await rollNextDay({ database, writer, kinds, background }, tier, untilMs, mended);
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

/** @param mended days whose holes this run has looked at: one may hold nothing that can be rolled up */
async function rollNextDay(
  means: Means,
  tier: RolledTier,
  untilMs: number,
  mended: Set<number>,
): Promise<RolledDay | undefined> {
  const { database, writer, kinds, background } = means;
  const { layout, spans } = await database.write(async (_, layout) => {
    writer.late.watch();
    // A day's hole first: what is added to a day goes behind the rows that it has.
    const lost = lostSpans(layout, tier, mended);
    return Promise.resolve({ layout, spans: lost.length > 0 ? lost : nextSpans(layout, kinds, tier, untilMs) });
  });
  const [first] = spans;
  if (!first) return undefined;
  const segments: Segment[] = [];
  const context = { background, folder: database.segmentFolder, layout, kinds, lost: await lostRaw(database) };
  for (const span of spans) {
    const segment = await rollPart(context, tier, span);
    if (segment) segments.push(segment);
  }
  await database.write((connection) => markLastClosedDay(connection, database.segmentFolder, segments));
  await database.write(async (connection) => {
    const lateMs = bucketOf(tier, writer.late.earliest);
    const marks = layout.rolledUp.get(tier);
    const done = spans.map(({ kind, toMs }) => ({
      kind,
      untilMs: Math.min(Math.max(toMs, marks?.get(kind) ?? toMs), lateMs),
    }));
    await database.swapLayout(() => enter(connection, { tier, dayMs: first.dayMs, done, segments }));
  });
  const sum = (of: (segment: Segment) => number) => segments.reduce((total, segment) => total + of(segment), 0);
  return { tier, dayMs: first.dayMs, rows: sum(({ rows }) => rows), bytes: sum(({ bytes }) => bytes) };
}

/**
 * What is to be rolled up next: of every kind its part of the earliest day that has something to roll up. Kinds without rows on that day are there too, so that the
 * mark of each moves on.
 */
export function nextSpans(layout: Layout, kinds: Kinds, tier: RolledTier, untilMs: number): KindSpan[] {
  const finer = FINER[tier];
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

async function lostRaw({ damaged }: MetricDatabase): Promise<Set<string>> {
  const parts = (await damaged.list()).map(({ name }) => partOfFile(name));
  return new Set(parts.flatMap((part) => (part?.tier === 'raw' ? [keyOf(part)] : [])));
}

/** The kinds that have a hole on the earliest day that has any. */
function lostSpans(layout: Layout, tier: RolledTier, mended: Set<number>): KindSpan[] {
  const holes = holesOf(layout, tier).filter(({ dayMs }) => !mended.has(dayMs));
  const [first] = holes;
  if (!first) return [];
  mended.add(first.dayMs);
  return holes.filter(({ dayMs }) => dayMs === first.dayMs).map((hole) => ({ ...hole, fromMs: hole.dayMs }));
}

/** Up to where a kind can be rolled up: the finer tier must be complete there. */
function endOf(layout: Layout, tier: RolledTier, kind: string, untilMs: number): number {
  if (tier === '5m') return bucketOf(tier, untilMs);
  return bucketOf(tier, Math.min(untilMs, layout.rolledUp.get('5m')?.get(kind) ?? Number.NEGATIVE_INFINITY));
}

interface Made {
  readonly tier: RolledTier;
  readonly dayMs: number;
  /** Up to where each kind of the day is complete. */
  readonly done: readonly { readonly kind: string; readonly untilMs: number }[];
  readonly segments: readonly Segment[];
}

/** The one transaction that makes the new files count instead of the old, and the buckets complete. */
async function enter(connection: DuckDBConnection, { tier, dayMs, done, segments }: Made): Promise<void> {
  const kinds = done.map(({ kind }) => sqlText(kind)).join(', ');
  await connection.run('BEGIN');
  await connection.run(`DELETE FROM segments WHERE tier = '${tier}' AND day = ${String(dayMs)} AND kind IN (${kinds})`);
  await enterSegments(connection, segments);
  await connection.run(`DELETE FROM rolled_up WHERE tier = '${tier}' AND kind IN (${kinds})`);
  const rows = done.map(({ kind, untilMs }) => `('${tier}', ${sqlText(kind)}, ${String(untilMs)})`);
  await connection.run(`INSERT INTO rolled_up VALUES ${rows.join(', ')}`);
  await connection.run('COMMIT');
}
