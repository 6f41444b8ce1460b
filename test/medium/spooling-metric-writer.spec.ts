import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MetricWriter, type ScopeSamples } from '../../src/metrics/metric-store.port.js';
import { ReplaySpool } from '../../src/metrics/spool/replay-spool.service.js';
import { SpoolMetrics } from '../../src/metrics/spool/spool-metrics.js';
import { SpoolingMetricWriter } from '../../src/metrics/spool/spooling-metric-writer.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import { describeWriting } from '../contract/metric-store-writing.contract.js';
import { cpu, MINUTE, StoreFixture, T0 } from '../contract/metric-store.fixture.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { openPgliteRecords } from '../support/records.js';
import { aPod } from '../support/samples.js';
import { ManualClock } from '../support/sink-rig.js';
import { spoolOn } from '../support/spool.js';

class Refusal extends Error {}

/** A store on a server that can be away, and that refuses a scope for good. */
class Server extends MetricWriter {
  readonly memory = new MemoryMetricStore();
  isAway = false;
  readonly order: number[] = [];

  override async append(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void> {
    if (this.isAway) throw new Error('ECONNREFUSED');
    if (scopes.some(({ scope }) => scope === 'refused')) throw new Refusal();
    this.order.push((cycleAtMs - T0) / MINUTE);
    await this.memory.writer.append(cycleAtMs, scopes);
  }
}

describe('SpoolingMetricWriter', () => {
  let at: ReturnType<typeof spoolOn>;
  let server: Server;
  let clock: ManualClock;
  let metrics: OwnMetrics;
  let writer: SpoolingMetricWriter;
  let replay: (signal?: AbortSignal) => ReturnType<ReplaySpool['run']>;
  let maxBytes: number;

  beforeAll(async () => {
    at = spoolOn(await openPgliteRecords());
  });
  afterAll(() => at.close());
  beforeEach(async () => {
    await at.clear();
    server = new Server();
    clock = new ManualClock();
    metrics = new OwnMetrics();
    maxBytes = 2 ** 28;
    const counts = new SpoolMetrics(metrics);
    const isRefusal = (error: unknown): boolean => error instanceof Refusal;
    const options = { isRefusal, get maxBytes() { return maxBytes; } }; // prettier-ignore
    writer = new SpoolingMetricWriter(server, at.spool, options, counts, Log.silent());
    const replayer = new ReplaySpool(at.spool, { store: server, isRefusal }, clock, counts, Log.silent());
    replay = (signal = new AbortController().signal) => replayer.run(signal);
  });

  const append = (minute: number, value = minute, scope = 'node-1') =>
    writer.append(T0 + minute * MINUTE, [{ scope, samples: [cpu(aPod({ node: scope, pod: `on-${scope}` }), value)] }]);
  const read = async () => {
    const series = await server.memory.reader.range({
      metric: 'cpu/usage_rate',
      select: { type: 'pod' },
      fromMs: T0,
      toMs: T0 + 100 * MINUTE,
      stepMs: MINUTE,
      aggregation: 'sum',
      maxSeries: 10,
    });
    return series.map(({ points }) => points.map(([at, value]) => [(at - T0) / MINUTE, value]));
  };

  it('writes to the store while it is there, and keeps nothing', async () => {
    await append(1);
    expect(await read()).toEqual([[[1, 1]]]);
    expect(await at.spool.isEmpty()).toBe(true);
  });

  it('loses nothing of an hour, and replays it in order', async () => {
    server.isAway = true;
    for (let minute = 1; minute <= 60; minute += 1) await append(minute);
    expect(await read()).toEqual([]);
    server.isAway = false;
    await append(61); // behind what waits
    expect(server.order).toEqual([]);
    expect(await replay()).toEqual({ scopes: 61 });
    expect(server.order).toEqual(Array.from({ length: 61 }, (_, index) => index + 1));
    expect((await read())[0]).toHaveLength(61);
    await append(62);
    expect(server.order.at(-1)).toBe(62);
  });

  it('keeps what was written last of a scope, however often it was tried', async () => {
    server.isAway = true;
    await append(1, 10);
    await append(1, 20);
    server.isAway = false;
    await append(1, 30);
    await replay();
    expect(await read()).toEqual([[[1, 30]]]);
  });

  it('doubles nothing when a replay breaks off between writing and removing, and another goes on', async () => {
    server.isAway = true;
    await append(1);
    await append(2);
    server.isAway = false;
    const first = await at.spool.oldest();
    await server.append(T0 + MINUTE, first?.scopes.map(({ scope }) => scope) ?? []);
    expect(await replay()).toEqual({ scopes: 2 });
    expect(await read()).toEqual([[[1, 1], [2, 2]]]); // prettier-ignore
  });

  it('gives a store that does not take it a pause, and goes on after it', async () => {
    server.isAway = true;
    await append(1);
    expect(await replay()).toEqual({ failed: 'the metric store does not take what waits' });
    clock.nowMs += 4_999;
    const other = new ReplaySpool(at.spool, { store: server, isRefusal: () => false }, clock, new SpoolMetrics(new OwnMetrics()), Log.silent()); // prettier-ignore
    expect(await other.run(new AbortController().signal)).toHaveProperty('skipped');
    expect(await replay()).toHaveProperty('skipped');
    clock.nowMs += 1;
    server.isAway = false;
    expect(await other.run(new AbortController().signal)).toEqual({ scopes: 1 });
    expect(await read()).toEqual([[[1, 1]]]);
  });

  it('lets another run go on at once when one is stopped', async () => {
    server.isAway = true;
    await append(1);
    server.isAway = false;
    await expect(replay(AbortSignal.abort())).rejects.toThrow();
    expect(await replay()).toEqual({ scopes: 1 });
  });

  it('rejects what the store refuses for good, and lets nothing that waits be held up by it', async () => {
    await expect(append(1, 1, 'refused')).rejects.toBeInstanceOf(Refusal);
    server.isAway = true;
    await append(1, 1, 'refused');
    await append(2);
    server.isAway = false;
    expect(await replay()).toEqual({ scopes: 2 });
    expect(await read()).toEqual([[[2, 2]]]);
    expect((await metrics.expose()).text).toContain('quartermaster_metric_spool_dropped_cycles_total 1');
  });

  it('gives up the oldest beyond its bound and counts it', async () => {
    server.isAway = true;
    await append(1);
    maxBytes = 2 * (await at.spool.state()).bytes + 5;
    for (const minute of [2, 3, 4]) await append(minute);
    server.isAway = false;
    await replay();
    expect(await read()).toEqual([[[3, 3], [4, 4]]]); // prettier-ignore
    expect((await metrics.expose()).text).toContain('quartermaster_metric_spool_dropped_cycles_total 2');
  });

  describe.each(['there', 'away and comes back'])('whose store is %s', (mood) => {
    const fixture = new StoreFixture();
    class Replayed extends MetricWriter {
      override async append(...parameters: Parameters<MetricWriter['append']>): Promise<void> {
        server.isAway = mood !== 'there';
        await writer.append(...parameters);
        server.isAway = false;
        await replay();
      }
    }
    beforeEach(() =>
      fixture.take({ writer: new Replayed(), reader: server.memory.reader, close: () => Promise.resolve() }),
    );
    afterEach(() => fixture.store.close());
    describeWriting(fixture);
  });
});
