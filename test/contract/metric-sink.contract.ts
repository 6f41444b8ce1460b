import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MetricObject, Sample } from '../../src/metrics/core/sample.js';
import type { MetricSink } from '../../src/metrics/sinks/metric-sink.port.js';
import { aCluster, aFullSample, aNamespace, aNode, aPod, aSample } from '../support/samples.js';
import { cpu, MINUTE, T0 } from './metric-store.fixture.js';

export interface SinkUnderTest {
  readonly sink: MetricSink;
  /** What the sink holds of these metrics, at any time, markers left out. */
  points(metric: string): Promise<readonly { readonly pod?: string; readonly atMs: number; readonly value: number }[]>;
}

export interface SinkEngine {
  fresh(): Promise<SinkUnderTest>;
  stop(): Promise<void>;
}

/** What every adapter of `MetricSink` promises. */
export function describeMetricSink(name: string, start: () => Promise<SinkEngine>): void {
  describe(`MetricSink on ${name}`, () => {
    let engine: SinkEngine;
    let at: SinkUnderTest;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(() => engine.stop());
    beforeEach(async () => {
      at = await engine.fresh();
    });

    const write = (samples: readonly Sample[], cycleAtMs = T0, scope = 'node-1') =>
      at.sink.write(cycleAtMs, [{ scope, samples }]);
    const cpus = async () => (await at.points('cpu/usage_rate')).map(({ value }) => value).sort((a, b) => a - b);

    it('counts the values that it has acknowledged; what is unknown is none', async () => {
      expect(await write([aSample(aPod(), { 'cpu/usage_rate': 1, 'memory/usage': 2 })])).toEqual({
        points: 2,
        refusedPoints: 0,
      });
      expect(await at.points('memory/usage')).toEqual([{ pod: 'web-1', atMs: T0, value: 2 }]);
    });

    it('takes more lines than one request holds', async () => {
      const pods = Array.from({ length: 300 }, (_, index) => aFullSample(aPod({ pod: `p${String(index)}` }), index));
      const { points } = await write(pods);
      expect(points).toBe(300 * (pods[0]?.values.length ?? 0));
      expect(points).toBeGreaterThan(5_000);
      expect(await at.points('cpu/usage_rate')).toHaveLength(300);
    });

    it('takes no scope, and a scope of nothing', async () => {
      expect(await at.sink.write(T0, [])).toEqual({ points: 0, refusedPoints: 0 });
      expect(await write([])).toEqual({ points: 0, refusedPoints: 0 });
    });

    it('holds nothing twice that is written again, and the values of the last time', async () => {
      for (const value of [1, 2, 3]) await write([cpu(aPod(), value)]);
      expect(await cpus()).toEqual([3]);
    });

    const changes: readonly [string, MetricObject, MetricObject][] = [
      ['labels', aPod({ labels: { app: 'a' } }), aPod({ labels: { app: 'b' } })],
      ['a workload', aPod(), aPod({ workload: 'Deployment/web' })],
      ["a node's labels", aNode({ labels: { zone: 'a' } }), aNode({ labels: { zone: 'b' } })],
    ];
    it.each(changes)('holds nothing twice whose %s changed before it is written again', async (_, before, after) => {
      await write([cpu(before, 1), cpu(aPod({ pod: 'other' }), 5)]);
      await write([cpu(after, 2), cpu(aPod({ pod: 'other' }), 6)]);
      expect(await cpus()).toEqual([2, 6]);
    });

    it('lets go of an object and of a value that are no longer there', async () => {
      await write([aSample(aPod(), { 'cpu/usage_rate': 1, 'memory/usage': 1 }), cpu(aPod({ pod: 'gone' }), 2)]);
      await write([cpu(aPod(), 3)]);
      expect(await cpus()).toEqual([3]);
      expect(await at.points('memory/usage')).toEqual([]);
    });

    it('replaces what belongs to no node, and leaves the nodes alone', async () => {
      await write([cpu(aPod(), 1)]);
      await write([cpu(aCluster(), 2), cpu(aNamespace('a'), 3)], T0, '');
      await write([cpu(aCluster(), 4), cpu(aNamespace('b'), 5)], T0, '');
      expect(await cpus()).toEqual([1, 4, 5]);
    });

    it('leaves other cycles and other nodes alone', async () => {
      await write([cpu(aPod(), 1)], T0 - MINUTE);
      await write([cpu(aPod({ node: 'node-2', pod: 'web-2' }), 2)], T0, 'node-2');
      await write([cpu(aPod(), 3)]);
      await write([cpu(aPod({ labels: { app: 'x' } }), 4)]);
      expect(await cpus()).toEqual([1, 2, 4]);
    });

    it('rejects with the reason of its signal, and can be written to afterwards', async () => {
      const reason = new Error('enough');
      await expect(
        at.sink.write(T0, [{ scope: 'node-1', samples: [cpu(aPod(), 1)] }], AbortSignal.abort(reason)),
      ).rejects.toBe(reason);
      await write([cpu(aPod(), 2)]);
      expect(await cpus()).toEqual([2]);
    });
  });
}
