import { describe, expect, it } from '@jest/globals';
import { FilterSamples, type SampleFilter, unknownMetrics } from './filter-samples.js';
import { metricsOfObject } from './metric-catalogue.js';
import type { MetricObject, Sample } from './sample.js';

const NODE: MetricObject = { type: 'node', node: 'n1', labels: { zone: 'a' } };
const POD: MetricObject = {
  type: 'pod',
  node: 'n1',
  namespace: 'prod',
  pod: 'web',
  podUid: 'u',
  labels: { app: 'web' },
};
const VOLUME: MetricObject = { ...POD, resource: 'Volume:data' };
const NAMESPACE: MetricObject = { type: 'ns', namespace: 'prod' };
const CLUSTER: MetricObject = { type: 'cluster' };

const full = (object: MetricObject): Sample => ({
  object,
  sampledAtMs: 1,
  values: metricsOfObject(object).map((_, index) => index),
});

/** The names of the values that are left, or undefined. */
function left(filter: Partial<SampleFilter>, object: MetricObject): string[] | undefined {
  const kept = new FilterSamples({ metrics: [], excludeMetrics: [], namespaces: [], ...filter }).apply(full(object));
  return (
    kept &&
    metricsOfObject(object).flatMap(({ name }, index) => (Number.isNaN(kept.values[index] ?? NaN) ? [] : [name]))
  );
}

describe('FilterSamples', () => {
  it('takes everything, unchanged, when nothing is asked', () => {
    const filter = new FilterSamples({ metrics: [], excludeMetrics: [], namespaces: [] });
    for (const object of [NODE, POD, VOLUME, NAMESPACE, CLUSTER])
      expect(filter.apply(full(object))).toEqual(full(object));
  });

  it.each<[string, Partial<SampleFilter>, string[] | undefined]>([
    ['a name', { metrics: ['cpu/usage_rate'] }, ['cpu/usage_rate']],
    ["an alias of Heapster's", { metrics: ['cpu-usage'] }, ['cpu/usage_rate']],
    ['a beginning without some', { metrics: ['cpu/usage*'], excludeMetrics: ['cpu/usage_rate*'] }, ['cpu/usage']],
    ['all but a beginning', { metrics: ['cpu/usage', 'memory/rss'], excludeMetrics: ['memory/*'] }, ['cpu/usage']],
    ['what this object has not', { metrics: ['cpu/node_capacity'] }, undefined],
    ['nothing', { excludeMetrics: ['*'] }, undefined],
  ])('keeps of the metrics %s', (_, filter, names) => {
    expect(left(filter, POD)).toEqual(names);
  });

  it('drops a sample of which only unknown values are left', () => {
    const filter = new FilterSamples({ metrics: ['cpu/usage'], excludeMetrics: [], namespaces: [] });
    const sample = full(POD);
    expect(filter.apply({ ...sample, values: sample.values.map(() => Number.NaN) })).toBeUndefined();
  });

  it.each<[string[], MetricObject, boolean]>([
    [['prod'], POD, true],
    [['prod'], NAMESPACE, true],
    [['pro*'], VOLUME, true],
    [['test', 'prod'], POD, true],
    [['pro'], POD, false],
    [['prod'], NODE, false],
    [['*'], CLUSTER, false],
  ])('of namespaces %j: %j is taken: %s', (namespaces, object, isTaken) => {
    expect(left({ namespaces }, object) !== undefined).toBe(isTaken);
  });

  it.each<[string, MetricObject, boolean]>([
    ['app=web', POD, true],
    ['app=web', VOLUME, true],
    ['app in (web,api),!tier', POD, true],
    ['app!=web', POD, false],
    ['zone=a', NODE, true],
    ['app=web', NODE, false],
    ['app=web', CLUSTER, false],
    ['app!=web', CLUSTER, true],
  ])('of labels %s: %j is taken: %s', (labelSelector, object, isTaken) => {
    expect(left({ labelSelector }, object) !== undefined).toBe(isTaken);
  });
});

describe('unknownMetrics', () => {
  it('finds the patterns that mean no metric', () => {
    expect(unknownMetrics(['cpu/*', '*', 'cpu-usage', 'cpu/usage', 'cpu/use', 'gpu/*', ''])).toEqual([
      'cpu/use',
      'gpu/*',
      '',
    ]);
  });
});
