import { describe, expect, it } from '@jest/globals';
import { findMetric, metricIndex, metricsOfObject } from '../../core/metric-catalogue.js';
import type { Metric } from '../../core/catalogue/metric.js';
import type { MetricObject } from '../../core/sample.js';
import { NewestSamples } from './newest-samples.js';

const T0 = 600_000;

type Over = Partial<MetricObject>;
const aNode = (over: Over = {}): MetricObject => ({ type: 'node', node: 'node-1', ...over });
const aPod = (over: Over = {}): MetricObject => ({ ...aNode(), type: 'pod', namespace: 'prod', pod: 'web-1', ...over });
const aContainer = (over: Over = {}): MetricObject => ({ ...aPod(over), type: 'pod_container', container: 'main' });

/** Every metric that is not named is unknown. */
function add(samples: NewestSamples, object: MetricObject, known: Record<string, number>, cycleAtMs = T0): void {
  const values = metricsOfObject(object).map(() => Number.NaN);
  for (const [name, value] of Object.entries(known)) values[metricIndex(object.type, name)] = value;
  samples.add({ object, values, cycleAtMs });
}

/** `name{labels} value @cycle` of every sample. */
function linesOf(samples: NewestSamples): string[] {
  return [...samples.families()].flatMap(({ name, samples: ofFamily }) =>
    [...ofFamily].map(
      ({ labels, value, atMs }) => `${name.sample.slice('quartermaster_kube_'.length)}{${labels}} ${value} @${atMs}`,
    ),
  );
}

describe('the newest samples', () => {
  it('stand by metric, in base units, each with the time of its cycle', () => {
    const samples = new NewestSamples();
    add(samples, { type: 'ns', namespace: 'shop' }, { 'cpu/usage_rate': 1500 });
    add(samples, aNode(), { 'cpu/usage': 123, 'cpu/usage_rate': 0.25, uptime: 61_500 }, T0 - 1000);
    expect(linesOf(samples)).toEqual([
      'uptime_seconds_total{object="node",node="node-1"} 61.5 @599000',
      'cpu_usage_seconds_total{object="node",node="node-1"} 1.23e-7 @599000',
      'cpu_usage_cores{object="ns",namespace="shop"} 1.5 @600000',
      'cpu_usage_cores{object="node",node="node-1"} 0.00025 @599000',
    ]);
    expect(samples.size).toBe(4);
  });

  it('bear the resource they are of', () => {
    const samples = new NewestSamples();
    add(samples, aPod({ resource: 'Claim:data' }), { 'persistent_volume/usage': 5 });
    expect(linesOf(samples)).toEqual([
      'persistent_volume_usage_bytes{object="pod",namespace="prod",pod="web-1",node="node-1",resource="Claim:data"} 5 @600000',
    ]);
  });

  it('lack what is unknown: neither a zero nor NaN stands for it', () => {
    const samples = new NewestSamples();
    add(samples, aNode(), { 'cpu/usage_rate': 0, 'memory/rss': Number.NaN, 'memory/usage': Infinity });
    expect(linesOf(samples)).toEqual(['cpu_usage_cores{object="node",node="node-1"} 0 @600000']);
    expect(samples.size).toBe(1);
  });

  it('lack what the newer cycle of its node no longer names, also when that is heard of later', () => {
    const samples = new NewestSamples();
    add(samples, aPod({ pod: 'gone' }), { 'memory/rss': 1 }, T0 - 60_000);
    add(samples, aPod({ pod: 'here' }), { 'memory/rss': 2 });
    add(samples, aPod({ pod: 'on-a-late-node', node: 'node-2' }), { 'memory/rss': 3 }, T0 - 60_000);
    add(samples, aContainer({ pod: 'gone' }), { 'memory/rss': 4 }, T0 - 60_000);
    expect(linesOf(samples).map((line) => /pod="([^"]+)"/.exec(line)?.[1])).toEqual(['here', 'on-a-late-node']);
  });

  it.each([
    ['first', T0 - 1, T0, 2],
    ['second', T0, T0 - 1, 1],
    ['second, of the same cycle,', T0, T0, 2],
  ])(
    'hold a pod that was made again under its name once, when the older one comes %s',
    (_, first, second, expected) => {
      const samples = new NewestSamples();
      add(samples, aPod({ podUid: 'a' }), { 'memory/rss': 1, uptime: 1 }, first);
      add(samples, aPod({ podUid: 'b' }), { 'memory/rss': 2 }, second);
      const rss = linesOf(samples).filter((line) => line.startsWith('memory_rss'));
      expect(rss.map((line) => line.split(' ')[1])).toEqual([String(expected)]);
      expect(samples.size).toBe(expected === 1 ? 2 : 1);
    },
  );

  it('are of the wanted metrics alone', () => {
    const samples = new NewestSamples(new Set([findMetric('memory/rss') as Metric]));
    add(samples, aNode(), { 'cpu/usage_rate': 1, 'memory/rss': 2 });
    add(samples, aNode({ node: 'node-2' }), { 'cpu/usage_rate': 1 });
    expect(linesOf(samples)).toEqual(['memory_rss_bytes{object="node",node="node-1"} 2 @600000']);
    expect(samples.size).toBe(1);
  });
});
