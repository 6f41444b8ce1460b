import type { Metric, MetricUnit } from '../../metrics/core/catalogue/metric.js';

/** Of rates that come in any size, so many binary digits are kept: an error of at most a part in 1,000. */
const RATE_BITS = 10;
/** The finest step of a rate; all being multiples of it, their sums are exact below 2^33. */
const RATE_STEP = 2 ** -20;
/** Millicores are kept to a 128th. */
const MILLICORE_STEP = 2 ** -7;
/** Nanoseconds of a counter are kept to about 16 microseconds. */
const NANOSECOND_STEP = 2 ** 14;
/** Of a counter's last value so many binary digits are kept (an error of at most a part in a million); its increase stands beside it, exact. */
const LAST_BITS = 20;

const ROUNDED_RATES: ReadonlySet<MetricUnit> = new Set(['bytes/s', '1/s', 'ratio']);

/**
 * The SQL of a value as it counts for rolled-up rows. Digits that are noise to anyone who looks at five minutes or an hour would take half of the disk: a double
 * whose last bytes are zero takes no place for them (Parquet's BYTE_STREAM_SPLIT, then zstd). What is whole (bytes, events) stays exact. Because the steps are
 * powers of two, sums are exact too, and do not depend on the order in which they are made.
 */
export function rolledValue(column: string, { rollup, unit }: Metric): string {
  if (rollup === 'gauge') {
    if (unit === 'millicores') return rounded(column, String(MILLICORE_STEP));
    if (ROUNDED_RATES.has(unit)) return rounded(column, significant(column, RATE_BITS, RATE_STEP));
  }
  if (rollup === 'counter' && unit === 'ns') return `floor(${column} / ${NANOSECOND_STEP}) * ${NANOSECOND_STEP}`;
  return column;
}

/** The SQL of a cumulative metric's last value, and of what else only its last is kept. */
export function lastValue(column: string, { kind }: Metric): string {
  return kind === 'cumulative' ? rounded(column, significant(column, LAST_BITS, 1)) : column;
}

function rounded(column: string, step: string): string {
  return `round(${column} / ${step}) * ${step}`;
}

/** The power of two that leaves a value so many binary digits, at least `least`. */
function significant(column: string, bits: number, least: number): string {
  return `greatest(${String(least)}, pow(2, floor(log2(greatest(abs(${column}), 1e-9))) - ${String(bits - 1)}))`;
}
