import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { linesBetween } from '../../sim/log-lines.js';
import { SimulationFixture } from '../../sim/simulation.fixture.js';
import { KubernetesClusterWatch } from '../../src/adapters/kubernetes/cluster-watch.kubernetes.js';
import { KubernetesPodLogs } from '../../src/adapters/kubernetes/pod-log.kubernetes.js';
import { ClusterView } from '../../src/cluster/cluster-view.js';
import { UncollectedLines } from '../../src/logs/collect/uncollected-lines.service.js';
import { ClusterLines } from '../../src/logs/query/cluster-lines.port.js';
import type { LogContextView } from '../../src/logs/query/log-context.schema.js';
import type { LogFacetsView, LogFieldList, LogHistogramView } from '../../src/logs/query/log-counts.schema.js';
import type { LogPageView } from '../../src/logs/query/log-search.schema.js';
import { isoOfNs } from '../../src/logs/core/query/iso-of-ns.js';
import { Clock, SystemClock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { Readiness } from '../../src/platform/readiness.js';
import { apiOf } from '../support/cluster-client.js';
import { EventReader } from '../support/event-reader.js';
import { eventually } from '../support/eventually.js';
import { asTenant, LogClient, startLogApi } from '../support/log-api.js';
import { aLogLine } from '../support/log-lines.js';
import { MemoryLogStore } from '../support/memory-log-store.js';

const opened = new AsyncDisposableStack();
const store = new MemoryLogStore();
let app: NestFastifyApplication;
let client: LogClient;
let view: ClusterView;
const limits = { logsClusterMaxBytes: 1_000_000 };
let nowMs = Date.UTC(2026, 0, 2, 14, 5);
/** A pod of `shop`: its container `cart` takes orders, `proxy` writes an access log. Only `data` is collected. */
let pod: { readonly name: string; readonly uid: string };

class TestClock extends Clock {
  override now(): number {
    return nowMs;
  }
}

const ask = (query: Record<string, string>, headers = {}) =>
  client.ok<LogPageView>('', { namespace: 'shop', pod: pod.name, ...query }, headers);
const timesOf = ({ items }: LogPageView) => items.map(({ time }) => time);

/** The times of what its containers wrote. */
function written(fromMs: number, toMs: number, containers = ['cart', 'proxy']): string[] {
  const lines = containers.flatMap((name) =>
    linesBetween(1, { uid: pod.uid }, { name, behaviour: 'steady' }, 0, { fromMs, toMs }),
  );
  return lines.map(({ atNs }) => isoOfNs(atNs)).sort();
}

async function everyPage(query: Record<string, string>): Promise<string[]> {
  const times: string[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page: LogPageView = await ask({ ...query, ...(cursor === '' ? {} : { cursor }) });
    times.push(...timesOf(page));
    cursor = page.nextCursor;
  }
  return times;
}

beforeAll(async () => {
  const simulated = await SimulationFixture.start({ nodes: 2, podsPerNode: 12, now: () => nowMs });
  opened.defer(() => simulated.close());
  const api = apiOf(simulated.simulation.kubeconfigPath);
  opened.defer(() => api.close());
  const clock = new SystemClock();
  const options = { firstBackoffMs: 5, maxBackoffMs: 50 };
  view = new ClusterView(new KubernetesClusterWatch(api), clock, new Readiness(clock), Log.silent(), options);
  opened.defer(() => view.stop());
  view.start();
  await eventually('the cluster is known', () => view.whenSynced(10_000));
  const selection = { isOff: false, namespaces: ['data'], notNamespaces: [] };
  const podLogs = new KubernetesPodLogs(api);
  const cluster = new UncollectedLines(view, podLogs, clock, { selection }, limits);
  app = await startLogApi(store, {}, [
    { provide: Clock, useClass: TestClock },
    { provide: ClusterLines, useValue: cluster },
  ]);
  opened.defer(() => app.close());
  client = new LogClient(app);
  const cart = view.pods().find(({ namespace, name }) => namespace === 'shop' && name.startsWith('cart-'));
  pod = { name: cart?.name ?? '', uid: cart?.uid ?? '' };
});
afterAll(() => opened.disposeAsync());

describe('lines of a pod that is not collected', () => {
  it('come from the cluster, in either order, page by page, each once', async () => {
    const [fromMs, toMs] = [nowMs - 120_000, nowMs - 30_000];
    const span = { from: String(fromMs), to: String(toMs) };
    const all = written(fromMs, toMs);
    expect(all.length).toBeGreaterThan(5);
    expect(await everyPage({ ...span, order: 'oldest', limit: '3' })).toEqual(all);
    expect(await everyPage({ ...span, limit: '4' })).toEqual(all.toReversed());
    expect((await ask(span)).coverage).toEqual({ source: 'cluster', behind: [], gaps: [], lost: [] });
  });

  it('are those that the question asks for', async () => {
    const all = await ask({ limit: '1000' });
    const orders = await ask({ field: 'order', limit: '1000' });
    const others = await ask({ notField: 'order', limit: '1000' });
    expect(new Set(orders.items.map(({ container }) => container))).toEqual(new Set(['cart']));
    expect(new Set(others.items.map(({ container }) => container))).toEqual(new Set(['proxy']));
    expect(orders.items.length + others.items.length).toBe(all.items.length);
    expect(timesOf(all)).toEqual(written(nowMs - 300_000, nowMs).toReversed());
    expect((await ask({ container: 'none' })).items).toEqual([]);
    expect(orders.items[0]).toMatchObject({
      namespace: 'shop',
      pod: pod.name,
      podUid: pod.uid,
      node: expect.any(String),
      workload: 'Deployment/cart',
    });
  });

  it('are counted as they are listed', async () => {
    const [fromMs, toMs] = [nowMs - 120_000, nowMs - 30_000];
    const question = { namespace: 'shop', pod: pod.name, from: String(fromMs), to: String(toMs) };
    const { items } = await client.ok<LogPageView>('', { ...question, limit: '1000' });
    const ofCart = items.filter(({ container }) => container === 'cart').length;
    const expected = [
      { value: 'cart', lines: ofCart },
      { value: 'proxy', lines: items.length - ofCart },
    ].sort((left, right) => right.lines - left.lines);
    const histogram = await client.ok<LogHistogramView>('/histogram', { ...question, by: 'container', step: '30s' });
    const facets = await client.ok<LogFacetsView>('/facets', { ...question, key: 'container' });
    const fields = await client.ok<LogFieldList>('/fields', question);
    expect([histogram.lines, histogram.values]).toEqual([items.length, expected]);
    expect(facets.facets).toEqual([{ key: 'container', values: expected, otherLines: 0, absentLines: 0 }]);
    expect(fields.sampledLines).toBe(items.length);
    expect(fields.items.find(({ name }) => name === 'order')?.lines).toBe(
      items.filter(({ fields: own }) => own && 'order' in own).length,
    );
    for (const { coverage } of [histogram, facets, fields]) expect(coverage.source).toBe('cluster');
  });

  it('are shown among their neighbours', async () => {
    const [fromMs, toMs] = [nowMs - 200_000, nowMs];
    const all = written(fromMs, toMs, ['cart']);
    const { items } = await ask({ container: 'cart', order: 'oldest', from: String(fromMs), limit: '1000' });
    const place = items[5]?.place ?? '';
    const context = await client.ok<LogContextView>('/context', { place, before: '2', after: '3', within: '190s' });
    const shown = [...context.before, context.line, ...context.after].map(({ time }) => time);
    expect(shown).toEqual(all.slice(3, 9));
    expect(context.line).toEqual({ ...items[5], observedTime: expect.any(String) });
    expect(context).toMatchObject({ hasMoreBefore: true, hasMoreAfter: true });
    expect(context.coverage.source).toBe('cluster');
    await client.problem('/context', { place: place.replace('shop', 'bank') }, 404, asTenant);
    await client.problem('/context', { place: place.replace(pod.uid, 'other') }, 404);
    await client.problem('/context', { place: place.replace(pod.name, 'none') }, 404);
    await client.problem('/context', { place: 'cluster of nothing' }, 404);
  });

  it('are exported, in one reading', async () => {
    const [fromMs, toMs] = [nowMs - 120_000, nowMs - 30_000];
    const question = { namespace: 'shop', pod: pod.name, from: String(fromMs), to: String(toMs), format: 'ndjson' };
    const exported = async (order: string): Promise<string[]> => {
      const { body } = await client.get('/export', { ...question, order });
      return body
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { time: string }).time);
    };
    const all = written(fromMs, toMs);
    expect(await exported('oldest')).toEqual(all);
    expect(await exported('newest')).toEqual(all.toReversed());
  });

  it('are those of the life before, too', async () => {
    const leaking = view.pods().find(({ name }) => name.startsWith('recommendations-'));
    const [model] = leaking?.containers ?? [];
    const restarts = model?.restartCount ?? 0;
    expect(restarts).toBeGreaterThan(0);
    const query = { namespace: 'shop', pod: leaking?.name ?? '', from: '-1d', order: 'oldest', limit: '1000' };
    const { items } = await client.ok<LogPageView>('', query);
    const startedAt = new Date(model?.startedAtMs ?? 0).toISOString();
    const lives = Map.groupBy(items, ({ restart }) => restart);
    expect([...lives.keys()]).toEqual([restarts - 1, restarts]);
    expect(lives.get(restarts - 1)?.every(({ time }) => time < startedAt)).toBe(true);
    expect(lives.get(restarts)?.every(({ time }) => time >= startedAt)).toBe(true);
  });

  it('are the newest ones where there are more than LOGS_CLUSTER_MAX_BYTES, and a file is refused', async () => {
    const written10m = written(nowMs - 300_000, nowMs);
    limits.logsClusterMaxBytes = 4_000;
    const { items, coverage, nextCursor } = await ask({ limit: '1000' });
    expect(items.length).toBeGreaterThan(1);
    expect(timesOf({ items } as LogPageView)).toEqual(written10m.slice(-items.length).toReversed());
    expect(nextCursor).toBeUndefined();
    const [lost] = coverage.lost;
    expect(lost?.reason).toContain('LOGS_CLUSTER_MAX_BYTES');
    expect((lost?.to ?? '') <= (items.at(-1)?.time ?? '')).toBe(true);
    const { detail } = await client.problem('/export', { namespace: 'shop', pod: pod.name }, 422);
    expect(detail).toContain('LOGS_CLUSTER_MAX_BYTES');
    limits.logsClusterMaxBytes = 1_000_000;
  });

  it('are shown to those alone who see its namespace', async () => {
    expect((await ask({ limit: '1' }, asTenant)).coverage.source).toBe('cluster');
    const other = view.pods().find(({ namespace }) => namespace !== 'shop' && namespace !== 'data');
    const query = { namespace: other?.namespace ?? '', pod: other?.name ?? '', from: '-1d' };
    expect((await client.ok<LogPageView>('', query)).coverage.source).toBe('cluster');
    const { items, coverage } = await client.ok<LogPageView>('', query, asTenant);
    expect([items, coverage.source]).toEqual([[], 'store']);
  });

  it.each(['data', 'nowhere'])('are not asked for of a pod of %s', async (namespace) => {
    const name = view.pods().find((one) => one.namespace === namespace)?.name ?? 'none';
    const { items, coverage } = await client.ok<LogPageView>('', { namespace, pod: name });
    expect([items, coverage.source]).toEqual([[], 'store']);
  });

  it('come from the store where a shipper has sent them', async () => {
    const other = view.pods().find(({ namespace, name }) => namespace === 'shop' && name !== pod.name);
    await store.append([
      { ...aLogLine({ message: 'sent' }), pod: other?.name ?? '', timeNs: BigInt(nowMs - 1000) * 1_000_000n },
    ]);
    const { items, coverage } = await client.ok<LogPageView>('', { namespace: 'shop', pod: other?.name ?? '' });
    expect([items.map(({ message }) => message), coverage.source]).toEqual([['sent'], 'store']);
  });

  it('are followed without gap or repeat, also by who comes back', async () => {
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/api/v1/logs/stream?namespace=shop&pod=${pod.name}&tail=2`;
    const seen: string[] = [];
    let lastId = '';
    const take = async (reader: EventReader, lines: number): Promise<void> => {
      for (let taken = 0; taken < lines; taken += 1) {
        const { id, data } = await reader.nextOf('line');
        seen.push((data as { time: string }).time);
        lastId = id;
      }
    };
    const beganMs = nowMs;
    {
      await using reader = await EventReader.open(url);
      await take(reader, 2);
      expect((await reader.next()).event).toBe('source');
      nowMs += 30_000;
      await take(reader, 3); // of more that came at once
    }
    nowMs += 30_000;
    const tail = written(beganMs - 60_000, beganMs).slice(-2);
    const all = [...tail, ...written(beganMs, nowMs)];
    await using again = await EventReader.open(url, { 'last-event-id': lastId });
    await take(again, all.length - seen.length);
    expect(seen.slice(0, 2)).toEqual(tail);
    expect(seen.toSorted()).toEqual(all);
  });
});
