import { describe, expect, it } from '@jest/globals';
import { findMetric, METRICS, metricIndex, metricsOf } from './metric-catalogue.js';
import { OBJECT_TYPES } from './sample.js';

describe('the metric catalogue', () => {
  it('names every metric once', () => {
    expect(new Set(METRICS.map((metric) => metric.name)).size).toBe(METRICS.length);
  });

  it('gives namespaces and the cluster the six sums of Heapster, and those that were missed', () => {
    const names = [
      'cpu/usage_rate',
      'cpu/request',
      'cpu/limit',
      'memory/usage',
      'memory/working_set',
      'memory/rss',
      'memory/request',
      'memory/limit',
      'network/rx_rate',
      'network/tx_rate',
      'ephemeral_storage/usage',
      'ephemeral_storage/request',
      'ephemeral_storage/limit',
    ];
    expect(metricsOf('ns').map((metric) => metric.name)).toEqual(names);
    const ofCluster = metricsOf('cluster').map((metric) => metric.name);
    expect(ofCluster.filter((name) => names.includes(name))).toEqual(names);
    expect(ofCluster).toEqual(
      expect.arrayContaining(['cpu/node_usage_rate', 'cpu/system_usage_rate', 'memory/node_utilization']),
    );
  });

  it.each([
    ['pod', 'network/rx_rate', true],
    ['pod_container', 'network/rx_rate', false],
    ['pod', 'persistent_volume/usage', true],
    ['node', 'interface/rx_rate', true],
    ['pod_container', 'io/psi_some_rate', true],
    ['cluster', 'ephemeral_storage/node_reservation', true],
    ['pod_container', 'restart_count', true],
    ['node', 'memory/node_reservation', true],
    ['sys_container', 'cpu/request', false],
    ['node', 'memory/cache', false],
  ] as const)('says whether %s has %s: %s', (type, name, has) => {
    expect(metricIndex(type, name) >= 0).toBe(has);
  });

  it('finds each metric of a type at its index', () => {
    for (const type of OBJECT_TYPES) {
      metricsOf(type).forEach((metric, index) => expect(metricIndex(type, metric.name)).toBe(index));
    }
    metricsOf('node', 'filesystem').forEach((metric, index) => expect(metricIndex('node', metric.name)).toBe(index));
  });

  it.each([
    ['cpu-usage', 'cpu/usage_rate'],
    ['memory-working', 'memory/working_set'],
    ['memory/rss', 'memory/rss'],
  ])('finds %s as %s', (asked, name) => {
    expect(findMetric(asked)?.name).toBe(name);
  });

  it('does not know a metric that nobody defined', () => {
    expect(findMetric('cpu/temperature')).toBeUndefined();
    expect(metricIndex('node', 'cpu/temperature')).toBe(-1);
  });
});
