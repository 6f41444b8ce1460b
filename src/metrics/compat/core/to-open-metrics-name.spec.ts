import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { METRIC_KINDS, METRIC_UNITS } from '../../core/catalogue/metric.js';
import { findMetric, METRICS } from '../../core/metric-catalogue.js';
import { toOpenMetricsName } from './to-open-metrics-name.js';

/** What samples of one family may add to its name, and what another family must therefore not be called (OpenMetrics 1.0, section 4.4.1). */
const SUFFIXES = ['_total', '_created', '_count', '_sum', '_bucket', '_gcount', '_gsum', '_info'];
/** OpenMetrics 1.0, section 4: `metricname`, without the colons that are kept for recording rules. */
const METRIC_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function nameOf(metric: string): ReturnType<typeof toOpenMetricsName> {
  const row = findMetric(metric);
  if (!row) throw new Error(`There is no ${metric}`);
  return toOpenMetricsName(row);
}

describe('the OpenMetrics name', () => {
  it.each([
    ['cpu/usage', 'counter', 'cpu_usage_seconds_total', 'seconds', 1e9],
    ['cpu/usage_rate', 'gauge', 'cpu_usage_cores', 'cores', 1e3],
    ['cpu/node_utilization', 'gauge', 'cpu_node_utilization_ratio', 'ratio', 1],
    ['cpu/psi_some_rate', 'gauge', 'cpu_psi_some_ratio', 'ratio', 1],
    ['memory/working_set', 'gauge', 'memory_working_set_bytes', 'bytes', 1],
    ['memory/page_faults', 'counter', 'memory_page_faults_total', undefined, 1],
    ['memory/page_faults_rate', 'gauge', 'memory_page_faults_per_second', 'per_second', 1],
    ['network/rx', 'counter', 'network_rx_bytes_total', 'bytes', 1],
    ['network/rx_rate', 'gauge', 'network_rx_bytes_per_second', 'bytes_per_second', 1],
    ['uptime', 'counter', 'uptime_seconds_total', 'seconds', 1e3],
    ['start_time', 'gauge', 'start_time_seconds', 'seconds', 1e3],
    ['restart_count', 'counter', 'restarts_total', undefined, 1],
    ['process/count', 'gauge', 'processes', undefined, 1],
    ['filesystem/inodes', 'gauge', 'filesystem_inodes', undefined, 1],
    ['disk/io_read_bytes', 'counter', 'disk_io_read_bytes_total', 'bytes', 1],
    ['disk/io_read_bytes_rate', 'gauge', 'disk_io_read_bytes_per_second', 'bytes_per_second', 1],
  ])('of %s is that of a %s: %s, unit %s, divided by %s', (metric, type, sample, unit, divisor) => {
    const name = nameOf(metric);
    expect(name).toMatchObject({ type, sample: `quartermaster_kube_${sample}`, divisor });
    expect(name.unit).toBe(unit);
  });

  it.each([
    ['ns', 1e9],
    ['us', 1e6],
    ['ms', 1e3],
  ] as const)('of a time in %s is one in seconds, divided by %d', (unit, divisor) => {
    const name = toOpenMetricsName({ name: 'cpu/psi_some', kind: 'cumulative', unit });
    expect(name).toMatchObject({ sample: 'quartermaster_kube_cpu_psi_some_seconds_total', unit: 'seconds', divisor });
  });

  it('is another one for each metric of the catalogue, and none that samples of another family may bear', () => {
    const families = METRICS.map((metric) => toOpenMetricsName(metric).family);
    const reserved = families.flatMap((family) => SUFFIXES.map((suffix) => family + suffix));
    expect(new Set(families).size).toBe(METRICS.length);
    expect(new Set([...families, ...reserved]).size).toBe(families.length + reserved.length);
  });

  it('has no help that tells another unit than the base unit', () => {
    const told = METRICS.filter(({ description }) => /\b(ms|us|ns|millicores)\b/.test(description));
    expect(told.map(({ name }) => name)).toEqual([]);
  });

  it('is valid, ends with its unit, and with _total in samples of counters alone, whatever the row', () => {
    const row = fc.record({
      name: fc.stringMatching(
        /^[a-z]{1,8}(_[a-z]{1,8})?(\/[a-z]{1,8}(_[a-z0-9]{1,8}){0,2}(_rate|_count|_bytes|_seconds)?)?$/,
      ),
      kind: fc.constantFrom(...METRIC_KINDS),
      unit: fc.constantFrom(...METRIC_UNITS),
    });
    fc.assert(
      fc.property(fc.oneof(row, fc.constantFrom(...METRICS)), (metric) => {
        const { family, sample, type, unit } = toOpenMetricsName(metric);
        expect(family).toMatch(METRIC_NAME);
        expect(sample).toBe(type === 'counter' ? `${family}_total` : family);
        if (unit !== undefined) expect(family.endsWith(`_${unit}`)).toBe(true);
        expect(type === 'counter').toBe(metric.kind === 'cumulative');
      }),
    );
  });
});
