import { RATE_LOOKBACK_MS } from '../../metrics/metric-store.port.js';
import type { Rollup } from '../../metrics/core/catalogue/metric.js';
import { type RolledTier, rolledColumns, TIER_WIDTH_MS } from './rolled-columns.js';
import type { StoredType } from './stored-types.js';

/** A metric that is rolled up. */
export interface RolledMetric {
  readonly name: string;
  readonly rollup: Rollup;
  readonly type: StoredType;
}

export interface RollUpSpan {
  readonly tier: RolledTier;
  /** Inclusive start of a bucket, ms. */
  readonly fromMs: number;
  /** Exclusive end of a bucket, ms. */
  readonly toMs: number;
}

/**
 * The query that makes rolled-up rows from raw samples. Sums are exact and so do not depend on the order: values are whole numbers of their stored type
 * before they are added. An increase counts from the sample before, when that lies at most `RATE_LOOKBACK_MS` back, whichever bucket it is in.
 * @param source gives `cycle_at`, `object_id` and the metrics, one row an object and cycle, from `fromMs - RATE_LOOKBACK_MS` on
 */
export function rollRawQuery(
  source: string,
  metrics: readonly RolledMetric[],
  { tier, fromMs, toMs }: RollUpSpan,
): string {
  const width = String(TIER_WIDTH_MS[tier]);
  const counters = metrics.filter(({ rollup }) => rollup === 'counter');
  const typed = metrics.map(({ name, type }) => `"${name}"::${type} AS "${name}"`);
  const previous = counters.flatMap(({ name }) => [
    `lag("${name}" IGNORE NULLS) OVER w AS "${name}#previous"`,
    `lag(CASE WHEN "${name}" IS NOT NULL THEN cycle_at END IGNORE NULLS) OVER w AS "${name}#at"`,
  ]);
  const window = counters.length > 0 ? 'WINDOW w AS (PARTITION BY object_id ORDER BY cycle_at)' : '';
  const made = metrics.flatMap((metric) =>
    rawAggregates(metric).map((sql, at) => `${sql} AS ${columnsOf(metric)[at]}`),
  );
  return `SELECT cycle_at - cycle_at % ${width} AS cycle_at, object_id, ${['count(*)::UINTEGER AS "rows"', ...made].join(', ')}
    FROM (SELECT ${['*', ...previous].join(', ')} FROM (SELECT ${['cycle_at', 'object_id', ...typed].join(', ')} FROM (${source})) ${window})
    WHERE cycle_at >= ${String(fromMs)} AND cycle_at < ${String(toMs)} GROUP BY 1, 2`;
}

function rawAggregates({ name, rollup, type }: RolledMetric): string[] {
  const column = `"${name}"`;
  switch (rollup) {
    case 'gauge':
      return [
        `min(${column})`,
        `max(${column})`,
        `sum(${column})::${type}`,
        `CASE WHEN count(${column}) < count(*) THEN count(${column})::UINTEGER END`,
      ];
    case 'counter':
      return [`arg_max(${column}, cycle_at)`, `sum(${increase(name)})::${type}`];
    case 'constant':
      return [`arg_max(${column}, cycle_at)`];
    default:
      return rollup satisfies never;
  }
}

function increase(name: string): string {
  const [value, previous] = [`"${name}"`, `"${name}#previous"`];
  return `CASE WHEN cycle_at - "${name}#at" <= ${String(RATE_LOOKBACK_MS)}
    THEN CASE WHEN ${value} >= ${previous} THEN ${value} - ${previous} ELSE ${value} END END`;
}

/**
 * The query that makes rolled-up rows from those of a finer tier.
 * @param source gives the columns of rolled-up rows
 */
export function rollAgainQuery(
  source: string,
  metrics: readonly RolledMetric[],
  { tier, fromMs, toMs }: RollUpSpan,
): string {
  const width = String(TIER_WIDTH_MS[tier]);
  const made = metrics.flatMap((metric) =>
    againAggregates(metric).map((sql, at) => `${sql} AS ${columnsOf(metric)[at]}`),
  );
  return `SELECT cycle_at - cycle_at % ${width} AS cycle_at, object_id, ${['sum("rows")::UINTEGER AS "rows"', ...made].join(', ')}
    FROM (${source}) WHERE cycle_at >= ${String(fromMs)} AND cycle_at < ${String(toMs)} GROUP BY 1, 2`;
}

function againAggregates({ name, rollup, type }: RolledMetric): string[] {
  const column = `"${name}"`;
  const [min, max, sum, n] = ['min', 'max', 'sum', 'n'].map((part) => `"${name}#${part}"`);
  switch (rollup) {
    case 'gauge': {
      const known = `sum(coalesce(${n}, "rows"))`;
      return [
        `min(${min})::${type}`,
        `max(${max})::${type}`,
        `sum(${sum})::${type}`,
        `CASE WHEN ${known} < sum("rows") THEN ${known}::UINTEGER END`,
      ];
    }
    case 'counter':
      return [`arg_max(${column}, cycle_at)::${type}`, `sum("${name}#increase")::${type}`];
    case 'constant':
      return [`arg_max(${column}, cycle_at)::${type}`];
    default:
      return rollup satisfies never;
  }
}

/**
 * Rolled-up rows as they are, in the given types.
 * @param present the metrics that the source has; of the others no row had a value
 */
export function copyRolledQuery(
  source: string,
  metrics: readonly RolledMetric[],
  present: ReadonlySet<string>,
): string {
  const columns = metrics.flatMap((metric) => {
    const names = columnsOf(metric);
    if (!present.has(metric.name)) {
      return names.map((name) => (name.endsWith('#n"') ? `0::UINTEGER AS ${name}` : `NULL::${metric.type} AS ${name}`));
    }
    return names.map((name) => (name.endsWith('#n"') ? name : `${name}::${metric.type} AS ${name}`));
  });
  return `SELECT ${['cycle_at', 'object_id', '"rows"', ...columns].join(', ')} FROM ${source}`;
}

function columnsOf({ name, rollup }: RolledMetric): string[] {
  return rolledColumns(name, rollup);
}
