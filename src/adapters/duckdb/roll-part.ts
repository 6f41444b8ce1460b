import { join } from 'node:path';
import { RATE_LOOKBACK_MS } from '../../metrics/metric-store.port.js';
import type { BackgroundConnection } from './background-connection.js';
import type { Kinds } from './metric-kinds.js';
import { dayOf, type Layout, type Part, partName } from './metric-layout.js';
import { copyRolledQuery, rollAgainQuery, type RolledMetric, rollRawQuery } from './roll-up-query.js';
import { type RolledTier, typedColumn } from './rolled-columns.js';
import { partSource, sqlText, validRows } from './sample-source.js';
import type { Segment } from './segment-manifest.js';
import { findStoredTypes, type StoredType, widerType } from './stored-types.js';
import { writeSegment } from './write-segment.js';

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
}

type Types = ReadonlyMap<string, StoredType>;

/** Writes the segment of one kind, day and tier: the rows before the span that it has already, and those that the finer tier gives for the span. */
export async function rollPart(context: RollContext, tier: RolledTier, span: KindSpan): Promise<Segment | undefined> {
  const { background, folder, layout } = context;
  const { kind, dayMs, fromMs } = span;
  const [old] = layout.parts.filter((part) => part.tier === tier && part.kind === kind && part.dayMs === dayMs);
  const kept = old && `(SELECT * FROM ${partSource(old, folder)} WHERE cycle_at < ${String(fromMs)})`;
  const keptTypes = old ? await typesOfPart(context, old) : new Map<string, StoredType>();
  const finer = tier === '5m' ? await rawSource(context, span) : await finerSource(context, span);
  const names = [...new Set([...keptTypes.keys(), ...finer.types.keys()])];
  const metrics = names.map((name): RolledMetric => {
    const [a, b] = [keptTypes.get(name), finer.types.get(name)];
    return { name, rollup: rollupOf(context, name), type: a === undefined ? (b ?? 'DOUBLE') : widerType(a, b) };
  });
  const selects = [
    ...(kept ? [copyRolledQuery(kept, metrics, new Set(keptTypes.keys()))] : []),
    ...(finer.source === undefined ? [] : [freshQuery(tier, finer.source, metrics, finer.types, span)]),
  ];
  if (selects.length === 0) return undefined;
  const generation = (old?.generation ?? 0) + 1;
  const file = `${partName(kind, dayMs, generation, tier)}.parquet`;
  const query = `SELECT * FROM (${selects.join(' UNION ALL ')}) ORDER BY object_id, cycle_at`;
  const written = await writeSegment(background, folder, query, file);
  return written && { tier, kind, dayMs, generation, file, metrics: names, ...written };
}

/** Of the metrics that the finer tier lacks there are no values. */
function freshQuery(
  tier: RolledTier,
  source: string,
  metrics: readonly RolledMetric[],
  types: Types,
  span: KindSpan,
): string {
  const known = metrics.filter(({ name }) => types.has(name));
  const made = { tier, fromMs: span.fromMs, toMs: span.toMs };
  const query = tier === '5m' ? rollRawQuery(source, known, made) : rollAgainQuery(source, known, made);
  return copyRolledQuery(`(${query})`, metrics, new Set(types.keys()));
}

interface Finer {
  /** Absent when there is nothing. */
  readonly source?: string;
  readonly types: Types;
}

async function rawSource({ background, folder, layout, kinds }: RollContext, span: KindSpan): Promise<Finer> {
  const { kind, fromMs, toMs } = span;
  const firstMs = fromMs - RATE_LOOKBACK_MS;
  const parts = layout.parts.filter(
    (part) => part.tier === 'raw' && part.kind === kind && part.dayMs >= dayOf(firstMs) && part.dayMs < toMs,
  );
  const names = [...new Set(parts.flatMap((part) => part.metrics))];
  if (parts.length === 0) return { types: new Map() };
  const selects = parts.map((part) => {
    const columns = part.metrics.map((metric) => `p."${metric}"::DOUBLE AS "${metric}"`);
    return `SELECT ${['p.cycle_at', 'p.object_id', ...columns].join(', ')} FROM ${partSource(part, folder)} p
      WHERE p.cycle_at >= ${String(firstMs)} AND p.cycle_at < ${String(toMs)} AND ${validRows(layout, part)}`;
  });
  const source = selects.join(' UNION ALL BY NAME ');
  const columns = names.map((name) => ({ name, definition: kinds.findDefinition(name) }));
  return { source, types: await findStoredTypes(background, source, columns) };
}

async function finerSource(context: RollContext, { kind, dayMs }: KindSpan): Promise<Finer> {
  const [part] = context.layout.parts.filter(
    (part) => part.tier === '5m' && part.kind === kind && part.dayMs === dayMs,
  );
  if (!part) return { types: new Map() };
  return { source: `SELECT * FROM ${partSource(part, context.folder)}`, types: await typesOfPart(context, part) };
}

/** How a rolled-up part stores its metrics. */
async function typesOfPart(context: RollContext, part: Part): Promise<Map<string, StoredType>> {
  const file = sqlText(join(context.folder, part.name));
  const result = await context.background.run(`DESCRIBE SELECT * FROM read_parquet(${file})`);
  const rows = (await result.getRowsJS()) as [string, StoredType][];
  const types = new Map(rows.map(([name, type]) => [name, type]));
  return new Map(
    part.metrics.map((metric) => [metric, types.get(typedColumn(metric, rollupOf(context, metric))) ?? 'DOUBLE']),
  );
}

/** A metric that the catalogue no longer has is taken for a level. */
function rollupOf({ kinds }: RollContext, metric: string): RolledMetric['rollup'] {
  return kinds.findDefinition(metric)?.rollup ?? 'gauge';
}
