import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ListSinks } from '../../src/metrics/sinks/list-sinks.service.js';
import { MetricSinkList } from '../../src/metrics/sinks/metric-sinks.schema.js';
import { SinkHealth } from '../../src/metrics/sinks/sink-health.service.js';
import { SinkMetrics } from '../../src/metrics/sinks/sink-metrics.js';
import type { SinkRun } from '../../src/metrics/sinks/write-sink.service.js';
import { Log } from '../../src/platform/log.js';
import { Readiness } from '../../src/platform/readiness.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { aCluster, aNode, aPod, aSample } from '../support/samples.js';
import { FEED_NAMES, MINUTE, SinkRig, T0 } from '../support/sink-rig.js';

const cpu = (object: Parameters<typeof aSample>[0], value: number) => aSample(object, { 'cpu/usage_rate': value });

describe.each(FEED_NAMES)('metric sinks, fed from %s', (feed) => {
  let opened: TestRecords;
  let rig: SinkRig;
  beforeAll(async () => {
    opened = await openPgliteRecords();
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    rig = await SinkRig.open(opened, feed);
  });
  afterEach(() => rig.close());

  const collect = (minute: number, value = minute) =>
    rig.collect(minute, { 'node-1': [cpu(aPod(), value)], '': [cpu(aCluster(), value)] });
  const state = async (sink: string) => (await rig.records.find([sink]))[0];
  const podPoints = (sink: string) =>
    rig.points(sink).flatMap(([minute, what, value]) => (what === 'web-1' ? [[minute, value]] : []));

  it('copies what is closed from when the sink was begun, in order, and only once', async () => {
    rig.add('a');
    await collect(0);
    await rig.writer().begin();
    expect(await rig.run('a')).toEqual({ written: 0, dropped: 0 });
    await collect(1);
    await collect(2);
    expect(await rig.run('a')).toEqual({ written: 2, dropped: 0 });
    expect(await rig.run('a')).toEqual({ written: 0, dropped: 0 });
    expect(rig.points('a')).toEqual([
      [1, 'cluster', 1],
      [1, 'web-1', 1],
      [2, 'cluster', 2],
      [2, 'web-1', 2],
    ]);
    expect(await state('a')).toMatchObject({ writtenCycles: 2, writtenPoints: 4, lastCycleAtMs: T0 + 2 * MINUTE });
  });

  it('waits while a sink is away, tries less and less often, and then sends all that waits, in order', async () => {
    rig.add('a');
    await rig.writer().begin();
    rig.stub.mood = 'away';
    await collect(1);
    expect(await rig.run('a')).toEqual({
      failed: 'it cannot be reached (ECONNRESET)',
      retryAtMs: rig.clock.nowMs + 5_000,
    });
    const { size } = rig.stub.requests;
    const asked = () => [...rig.stub.requests.values()].reduce((sum, count) => sum + count, 0);
    const before = asked();
    rig.clock.nowMs += 4_999;
    expect(await rig.run('a')).toMatchObject({ failed: 'it cannot be reached (ECONNRESET)' });
    expect([size, asked()]).toEqual([1, before]);
    rig.clock.nowMs += 1;
    expect(await rig.run('a')).toMatchObject({ retryAtMs: rig.clock.nowMs + 10_000 });
    expect(asked()).toBe(before + 1);
    for (let minute = 2; minute <= 20; minute += 1) await collect(minute);
    rig.stub.mood = 'up';
    const order: number[] = [];
    rig.stub.onRequest = () => void order.push(Math.max(...rig.points('a').map(([minute]) => minute), 0));
    expect(await rig.run('a')).toEqual({ written: 20, dropped: 0 });
    expect(podPoints('a')).toEqual(Array.from({ length: 20 }, (_, index) => [index + 1, index + 1]));
    expect(order).toEqual(order.toSorted((left, right) => left - right));
    expect(await state('a')).toMatchObject({ failures: 2, failuresInRow: 0, droppedCycles: 0 });
  });

  it('sends a cycle again that is closed again, with what came late, and nothing twice', async () => {
    rig.add('a');
    await rig.writer().begin();
    await collect(1);
    await rig.run('a');
    await rig.feed.store.append(T0 + MINUTE, [
      { scope: 'node-2', samples: [cpu(aPod({ node: 'node-2', pod: 'late' }), 7)] },
      { scope: '', samples: [cpu(aCluster(), 8)] },
    ]);
    await rig.closeCycle(1, 2);
    expect(await rig.run('a')).toEqual({ written: 1, dropped: 0 });
    expect(rig.points('a')).toEqual([
      [1, 'cluster', 8],
      [1, 'late', 7],
      [1, 'web-1', 1],
    ]);
  });

  it('sends again what was begun when it broke off, also when labels have changed since, and nothing is there twice', async () => {
    rig.add('a');
    await rig.writer().begin();
    await rig.collect(1, { 'node-1': [cpu(aPod({ labels: { app: 'old' } }), 1), cpu(aPod({ pod: 'other' }), 1)] });
    rig.records.written = () => Promise.reject(new Error('killed after the acknowledgement'));
    await expect(rig.run('a')).rejects.toThrow('killed');
    Reflect.deleteProperty(rig.records, 'written');
    await rig.collect(2, { 'node-1': [cpu(aPod({ labels: { app: 'new' } }), 2), cpu(aPod({ pod: 'other' }), 2)] });
    expect(await rig.run('a')).toEqual({ written: 2, dropped: 0 });
    expect(rig.points('a')).toEqual([
      [1, 'other', 1],
      [1, 'web-1', 1],
      [2, 'other', 2],
      [2, 'web-1', 2],
    ]);
  });

  it('gives up the oldest beyond the bound of bytes, one below, at and above it, and counts them', async () => {
    rig.add('a');
    await rig.writer().begin();
    rig.stub.mood = 'away';
    const collectSame = (minute: number) => collect(minute, 7); // which takes as many bytes as any other
    await collectSame(1);
    const bytes = await rig.feed.samples.estimateBytes(T0 + MINUTE);
    rig.settings = { ...rig.settings, metricSinkMaxBacklogBytes: 3 * bytes };
    for (const [minute, dropped] of [
      [2, 0],
      [3, 0],
      [4, 1],
      [5, 2],
    ] as const) {
      await collectSame(minute);
      await rig.run('a');
      expect((await state('a'))?.droppedCycles).toBe(dropped);
    }
    rig.stub.mood = 'up';
    rig.clock.nowMs += MINUTE;
    expect(await rig.run('a')).toEqual({ written: 3, dropped: 0 });
    expect(podPoints('a')).toEqual([
      [3, 7],
      [4, 7],
      [5, 7],
    ]);
    expect((await rig.metrics.expose()).text).toContain('quartermaster_metric_sink_dropped_cycles_total{sink="a"} 2');
  });

  it('gives up what is older than the store keeps, one below, at and above that, and counts it', async () => {
    rig.add('a');
    await rig.writer().begin();
    for (const minute of [1, 2, 3]) await collect(minute);
    rig.settings = { ...rig.settings, metricRetentionRawMs: 60 * MINUTE };
    rig.clock.nowMs = T0 + 62 * MINUTE;
    expect(await rig.run('a')).toEqual({ written: 2, dropped: 1 });
    expect(podPoints('a')).toEqual([
      [2, 2],
      [3, 3],
    ]);
  });

  it('counts a cycle that the store has lost, and goes on', async () => {
    rig.add('a');
    await rig.writer().begin();
    await rig.cycles.start({ cycleAtMs: T0 + MINUTE, resolutionMs: MINUTE, startedAtMs: T0, shards: [['node-1']] });
    await rig.closeCycle(1, 1);
    await collect(2);
    expect(await rig.run('a')).toEqual({ written: 1, dropped: 1 });
    expect(await state('a')).toMatchObject({ writtenCycles: 1, droppedCycles: 1 });
  });

  it('is not held up by points that a sink refuses for good', async () => {
    rig.add('a');
    await rig.writer().begin();
    await collect(1);
    await collect(2);
    rig.stub.mood = { refuses: ({ atMs }) => atMs === T0 + MINUTE };
    expect(await rig.run('a')).toEqual({ written: 2, dropped: 0 });
    expect(await state('a')).toMatchObject({ writtenPoints: 2, refusedPoints: 2 });
    expect(podPoints('a')).toEqual([[2, 2]]);
  });

  it('feeds any number of sinks, each by its own filter and at its own pace', async () => {
    rig.add('nodes', { metrics: ['cpu/*'], labelSelector: 'zone=a' });
    rig.add('shop', { namespaces: ['shop'], excludeMetrics: ['memory/*'] });
    rig.add('all');
    await rig.writer().begin();
    await rig.collect(1, {
      'node-1': [
        aSample(aNode({ labels: { zone: 'a' } }), { 'cpu/usage_rate': 1, 'memory/usage': 2 }),
        aSample(aPod({ namespace: 'shop', pod: 'cart' }), { 'cpu/usage_rate': 3, 'memory/usage': 4 }),
        cpu(aPod({ namespace: 'bank', pod: 'vault' }), 5),
      ],
    });
    await Promise.all(['nodes', 'shop', 'all'].map((sink) => rig.run(sink)));
    expect(rig.points('nodes')).toEqual([[1, 'node', 1]]);
    expect(rig.points('nodes', 'memory/usage')).toEqual([]);
    expect(rig.points('shop')).toEqual([[1, 'cart', 3]]);
    expect(rig.points('shop', 'memory/usage')).toEqual([]);
    expect(rig.points('all').map(([, what]) => what)).toEqual(['cart', 'node', 'vault']);
    expect(rig.points('all', 'memory/usage').map(([, , value]) => value)).toEqual([4, 2]);
  });

  it('runs one at a time for a sink in whichever process, and stops at its signal without losing its place', async () => {
    rig.add('a');
    const writer = rig.writer();
    await writer.begin();
    await collect(1);
    await collect(2);
    const stop = new AbortController();
    const beside: SinkRun[] = [];
    let writes = 0;
    rig.stub.onRequest = async (path) => {
      if (path !== '/api/v2/write') return;
      writes += 1;
      if (writes === 1) beside.push(await writer.run('a', stop.signal), await rig.run('a'));
      if (writes === 3) stop.abort(new Error('stopped'));
    };
    await expect(writer.run('a', stop.signal)).rejects.toThrow('stopped');
    expect(beside).toEqual([{ skipped: 'another run is at work' }, { skipped: 'another run is at work' }]);
    expect(await state('a')).toMatchObject({ writtenCycles: 1, failures: 0 });
    expect(await rig.run('a')).toEqual({ written: 1, dropped: 0 });
    expect(podPoints('a')).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(await rig.run('unknown')).toEqual({ skipped: 'no such sink is configured' });
  });

  it('goes on a minute after a run that was killed', async () => {
    rig.add('a');
    await rig.writer().begin();
    await collect(1);
    expect(await rig.records.hold('a', 'killed', rig.clock.nowMs, rig.clock.nowMs + MINUTE)).toBe(true);
    rig.clock.nowMs += MINUTE - 1;
    expect(await rig.run('a')).toEqual({ skipped: 'another run is at work' });
    rig.clock.nowMs += 1;
    expect(await rig.run('a')).toEqual({ written: 1, dropped: 0 });
  });

  it('tells in the list, in /readyz and in /metrics how a sink fares, and no address or secret', async () => {
    rig.add('a', { metrics: ['cpu/*'] });
    rig.add('b');
    const readiness = new Readiness(rig.clock);
    const health = new SinkHealth(
      rig.sinks,
      rig.states(),
      (rig.own ??= new SinkMetrics(rig.metrics)),
      readiness,
      Log.silent(),
    );
    const list = async () => MetricSinkList.parse(await new ListSinks(rig.states()).list()).items;
    expect((await list()).map(({ name, state }) => [name, state])).toEqual([
      ['a', 'starting'],
      ['b', 'starting'],
    ]);
    await rig.writer().begin();
    await collect(1);
    await rig.run('a');
    rig.stub.mood = 'away';
    await rig.run('b');
    rig.clock.nowMs += 7 * MINUTE;
    await health.look();
    const because = 'it cannot be reached (ECONNRESET); 1 cycle waits, the oldest for 420 s';
    expect(readiness.report().parts).toMatchObject([
      { name: 'metric sink a', critical: false, state: 'up' },
      { name: 'metric sink b', critical: false, state: 'degraded', reason: because },
    ]);
    const [a, b] = await list();
    expect(a).toMatchObject({ state: 'up', lagMs: 0, waitingCycles: 0, writtenCycles: 1, writtenPoints: 2 });
    expect(a?.position?.cycleAt).toBe('2026-03-04T10:01:00.000Z');
    expect(b).toMatchObject({ state: 'degraded', reason: because, lagMs: 7 * MINUTE, waitingCycles: 1, failures: 1 });
    const { text } = await rig.metrics.expose();
    for (const line of [
      'metric_sink_lag_seconds{sink="b"} 420',
      'metric_sink_lag_seconds{sink="a"} 0',
      'metric_sink_backlog_cycles{sink="b"} 1',
      'metric_sink_written_points_total{sink="a"} 2',
      'metric_sink_failures_total{sink="b"} 1',
      'metric_sink_dropped_cycles_total{sink="b"} 0',
      'metric_sink_last_success_timestamp_seconds{sink="a"} 1772618465',
    ])
      expect(text).toContain(`quartermaster_${line}`);
    const told = JSON.stringify([await list(), readiness.report()]);
    expect(told).not.toContain(rig.stub.token);
    expect(told).not.toContain('127.0.0.1');
  });
});
