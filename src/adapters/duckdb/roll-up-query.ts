import type { Metric } from '../../metrics/core/catalogue/metric.js';
import { RATE_LOOKBACK_MS } from '../../metrics/metric-store.port.js';
import { type RolledTier, TIER_WIDTH_MS } from '../../metrics/metric-store.port.js';
import { rolledColumns } from './rolled-columns.js';
import { lastValue, rolledValue } from './rolled-values.js';

export interface RollUpSpan {
  readonly tier: RolledTier;
  /** Inclusive start of a bucket, ms. */
  readonly fromMs: number;
  /** Exclusive end of a bucket, ms. */
  readonly toMs: number;
}

/**
 * The query that makes rolled-up rows from raw samples. An increase counts from the sample before, when that lies at most `RATE_LOOKBACK_MS` back,
 * whichever bucket it is in.
 * @param source gives `cycle_at`, `object_id` and the metrics, one row an object and cycle, from `fromMs - RATE_LOOKBACK_MS` on
 */
export function rollRawQuery(source: string, metrics: readonly Metric[], { tier, fromMs, toMs }: RollUpSpan): string {
  const width = String(TIER_WIDTH_MS[tier]);
  const counters = metrics.filter(({ rollup }) => rollup === 'counter');
  const values = metrics.map((metric) => `${rolledValue(`"${metric.name}"`, metric)} AS "${metric.name}"`);
  const previous = counters.flatMap(({ name }) => [
    `lag("${name}" IGNORE NULLS) OVER w AS "${name}#previous"`,
    `lag(CASE WHEN "${name}" IS NOT NULL THEN cycle_at END IGNORE NULLS) OVER w AS "${name}#at"`,
  ]);
  const window = counters.length > 0 ? 'WINDOW w AS (PARTITION BY object_id ORDER BY cycle_at)' : '';
  return `SELECT ${['object_id', `cycle_at - cycle_at % ${width} AS cycle_at`, 'count(*)::UINTEGER AS "rows"', ...made(metrics, ofSamples)].join(', ')}
    FROM (SELECT ${['*', ...previous].join(', ')} FROM (SELECT ${['cycle_at', 'object_id', ...values].join(', ')} FROM (${source})) ${window})
    WHERE cycle_at >= ${String(fromMs)} AND cycle_at < ${String(toMs)} GROUP BY 1, 2`;
}

/** In the order of `rolledColumns`. */
function ofSamples(metric: Metric): string[] {
  const { name, rollup } = metric;
  const column = `"${name}"`;
  switch (rollup) {
    case 'gauge': {
      const known = `count(${column})`;
      const missing = `CASE WHEN ${known} < count(*) THEN ${known}::UINTEGER END`;
      return [`min(${column})`, `max(${column})`, `sum(${column})`, missing];
    }
    case 'counter':
      return [lastValue(`arg_max(${column}, cycle_at)`, metric), `sum(${increase(name)})`];
    case 'constant':
      return [lastValue(`arg_max(${column}, cycle_at)`, metric)];
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
export function rollAgainQuery(source: string, metrics: readonly Metric[], { tier, fromMs, toMs }: RollUpSpan): string {
  const width = String(TIER_WIDTH_MS[tier]);
  return `SELECT ${['object_id', `cycle_at - cycle_at % ${width} AS cycle_at`, 'sum("rows")::UINTEGER AS "rows"', ...made(metrics, ofRows)].join(', ')}
    FROM (${source}) WHERE cycle_at >= ${String(fromMs)} AND cycle_at < ${String(toMs)} GROUP BY 1, 2`;
}

/** In the order of `rolledColumns`. */
function ofRows({ name, rollup }: Metric): string[] {
  switch (rollup) {
    case 'gauge': {
      const known = `sum(coalesce("${name}#n", "rows"))`;
      const missing = `CASE WHEN ${known} < sum("rows") THEN ${known}::UINTEGER END`;
      return [`min("${name}#min")`, `max("${name}#max")`, `sum("${name}#sum")`, missing];
    }
    case 'counter':
      return [`arg_max("${name}", cycle_at)`, `sum("${name}#increase")`];
    case 'constant':
      return [`arg_max("${name}", cycle_at)`];
    default:
      return rollup satisfies never;
  }
}

function made(metrics: readonly Metric[], aggregates: (metric: Metric) => string[]): string[] {
  return metrics.flatMap((metric) => {
    const names = columnsOf(metric);
    return aggregates(metric).map((sql, place) => `${sql} AS ${names[place] ?? ''}`);
  });
}

/**
 * Rolled-up rows as they are.
 * @param present the metrics that the source has; of the others no row had a value
 */
export function copyRolledQuery(source: string, metrics: readonly Metric[], present: ReadonlySet<string>): string {
  const absent = (name: string) => (name.endsWith('#n"') ? `0::UINTEGER AS ${name}` : `NULL::DOUBLE AS ${name}`);
  const columns = metrics.flatMap((metric) => {
    const names = columnsOf(metric);
    return present.has(metric.name) ? names : names.map(absent);
  });
  return `SELECT ${['cycle_at', 'object_id', '"rows"', ...columns].join(', ')} FROM ${source}`;
}

function columnsOf({ name, rollup }: Metric): string[] {
  return rolledColumns(name, rollup);
}
