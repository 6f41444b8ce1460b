import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { closeSums, mergeSums, sumSamples } from './aggregate.js';
import { metricIndex, metricsOf } from './metric-catalogue.js';
import type { Sample } from './sample.js';

function aPodSample(namespace: string, given: Record<string, number>): Sample {
  const values = metricsOf('pod').map((metric) => given[metric.name] ?? NaN);
  return { object: { type: 'pod', namespace, pod: 'p', podUid: 'u', node: 'n' }, sampledAtMs: 1, values };
}

const ofCluster = (sample: Sample | undefined, metric: string): number | undefined =>
  sample?.values[metricIndex('cluster', metric)];
const value = (sample: Sample | undefined, metric: string): number | undefined =>
  sample?.values[metricIndex('ns', metric)];

function aNodeSample(given: Record<string, number>): Sample {
  const values = metricsOf('node').map((metric) => given[metric.name] ?? NaN);
  return { object: { type: 'node', node: 'n' }, sampledAtMs: 1, values };
}

const node = fc
  .record({
    cpu: fc.oneof(fc.double({ min: 0, max: 128_000, noNaN: true }), fc.constant(NaN)),
    allocatable: fc.integer({ min: 0, max: 128_000 }),
  })
  .map(({ cpu, allocatable }) => aNodeSample({ 'cpu/usage_rate': cpu, 'cpu/node_allocatable': allocatable }));
const pod = fc
  .record({
    namespace: fc.constantFrom('a', 'b', 'c'),
    cpu: fc.oneof(fc.double({ min: 0, max: 128_000, noNaN: true }), fc.constant(NaN)),
    memory: fc.oneof(fc.integer({ min: 0, max: 2 ** 42 }), fc.constant(NaN)),
  })
  .map(({ namespace, cpu, memory }) => aPodSample(namespace, { 'cpu/usage_rate': cpu, 'memory/usage': memory }));

describe('sums of pods', () => {
  it('are over the pods of which the value is known', () => {
    const sums = sumSamples([
      aPodSample('a', { 'cpu/usage_rate': 0.1, 'cpu/limit': 500 }),
      aPodSample('a', { 'cpu/usage_rate': 0.2 }),
      aPodSample('b', { 'memory/rss': 12 }),
    ]);
    const [a, b, cluster] = closeSums(sums);
    expect([a, b, cluster].map((sample) => sample?.object)).toEqual([
      { type: 'ns', namespace: 'a' },
      { type: 'ns', namespace: 'b' },
      { type: 'cluster' },
    ]);
    expect(value(a, 'cpu/usage_rate')).toBe(0.3);
    expect(value(a, 'cpu/limit')).toBe(500);
    expect(value(a, 'memory/rss')).toBeNaN();
    expect(value(b, 'cpu/usage_rate')).toBeNaN();
    expect(ofCluster(cluster, 'cpu/usage_rate')).toBe(0.3);
    expect(ofCluster(cluster, 'memory/rss')).toBe(12);
    expect(cluster?.sampledAtMs).toBeUndefined();
  });

  it('leave out containers, and the file systems of pods', () => {
    const sample = aPodSample('a', { 'cpu/usage_rate': 1 });
    const others: Sample[] = [
      { ...sample, object: { ...sample.object, type: 'pod_container', container: 'c' } },
      { ...sample, object: { ...sample.object, resource: 'Volume:x' } },
    ];
    expect(sumSamples(others)).toEqual(sumSamples([]));
  });

  it('are no samples at all when nothing is known', () => {
    expect(closeSums(sumSamples([aPodSample('a', {})]))).toEqual([]);
    expect(closeSums(mergeSums([]))).toEqual([]);
  });

  it('are the same for every split of the pods and nodes, in every order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(pod, node), { maxLength: 40 }).chain((pods) =>
          fc.record({
            pods: fc.constant(pods),
            shuffled: fc.shuffledSubarray(pods, { minLength: pods.length }),
            shards: fc.integer({ min: 1, max: 6 }),
          }),
        ),
        ({ pods, shuffled, shards }) => {
          const parts = Array.from({ length: shards }, (_, shard) =>
            sumSamples(shuffled.filter((_, index) => index % shards === shard)),
          );
          const nested = [mergeSums(parts.slice(1)), ...parts.slice(0, 1)];
          const whole = closeSums(sumSamples(pods));
          expect(closeSums(mergeSums(parts))).toEqual(whole);
          expect(closeSums(mergeSums(nested))).toEqual(whole);
        },
      ),
    );
  });

  it('come back the same from JSON', () => {
    fc.assert(
      fc.property(fc.array(pod), (pods) => {
        const sums = sumSamples(pods);
        expect(JSON.parse(JSON.stringify(sums))).toEqual(sums);
      }),
    );
  });

  it('of the namespaces are those of the cluster', () => {
    fc.assert(
      fc.property(fc.array(pod, { minLength: 1 }), (pods) => {
        const samples = closeSums(sumSamples(pods));
        const memory = samples.slice(0, -1).map((sample) => value(sample, 'memory/usage') ?? NaN);
        const known = memory.filter((bytes) => !Number.isNaN(bytes));
        const sum = known.length > 0 ? known.reduce((a, b) => a + b, 0) : NaN;
        if (samples.length > 0) expect(ofCluster(samples.at(-1), 'memory/usage')).toBe(sum);
      }),
    );
  });

  it('of nodes stand beside those of pods, with the difference, and make the shares of the cluster', () => {
    const [, cluster] = closeSums(
      sumSamples([
        aNodeSample({ 'cpu/usage_rate': 700, 'cpu/node_allocatable': 2000, 'memory/working_set': 50 }),
        aNodeSample({ 'cpu/usage_rate': 300, 'cpu/node_allocatable': 2000, 'memory/working_set': 30 }),
        aPodSample('a', { 'cpu/usage_rate': 600, 'cpu/request': 1000, 'memory/working_set': 81 }),
      ]),
    );
    expect(ofCluster(cluster, 'cpu/usage_rate')).toBe(600);
    expect(ofCluster(cluster, 'cpu/node_usage_rate')).toBe(1000);
    expect(ofCluster(cluster, 'cpu/system_usage_rate')).toBe(400);
    expect(ofCluster(cluster, 'cpu/node_utilization')).toBe(0.25);
    expect(ofCluster(cluster, 'cpu/node_reservation')).toBe(0.25);
    expect(ofCluster(cluster, 'memory/system_working_set')).toBe(0);
  });

  it('do not tell the use of some nodes as a share of all, nor as what all use beyond their pods', () => {
    const [, cluster] = closeSums(
      sumSamples([
        aNodeSample({ 'cpu/usage_rate': 700, 'cpu/node_allocatable': 2000 }),
        aNodeSample({ 'cpu/node_allocatable': 2000 }),
        aPodSample('a', { 'cpu/usage_rate': 900 }),
      ]),
    );
    expect(ofCluster(cluster, 'cpu/node_utilization')).toBeNaN();
    expect(ofCluster(cluster, 'cpu/system_usage_rate')).toBeNaN();
    expect(ofCluster(cluster, 'cpu/node_allocatable')).toBe(4000);
  });
});
