import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startSimulation, type Simulation } from '../../sim/simulation.js';
import { ClusterCredentials } from '../../src/adapters/kubernetes/cluster-credentials.js';
import { KubernetesClusterWatch } from '../../src/adapters/kubernetes/cluster-watch.kubernetes.js';
import { KubernetesApi } from '../../src/adapters/kubernetes/kubernetes-api.js';
import { KubernetesNodeEvents } from '../../src/adapters/kubernetes/node-events.kubernetes.js';
import { ClusterView, WATCHER_OPTIONS } from '../../src/cluster/cluster-view.js';
import { ClusterWatch } from '../../src/cluster/cluster-watch.port.js';
import { EventsModule } from '../../src/events/events.module.js';
import type { EventFacets, EventHistogram } from '../../src/events/query/event-counts.schema.js';
import type { EventList, EventView } from '../../src/events/query/event.schema.js';
import { EventIntake } from '../../src/events/watch/event-intake.js';
import { EventWatchRecords } from '../../src/events/watch/event-watch-records.port.js';
import { FOLLOW_OPTIONS, FollowEvents } from '../../src/events/watch/follow-events.service.js';
import { Clock } from '../../src/platform/clock.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { eventPorts } from '../../src/roles/event-ports.js';
import { EventReader } from '../support/event-reader.js';
import { streamsOf, WatchedCaller } from '../support/watched-caller.js';
import { eventually } from '../support/eventually.js';
import { globalModule } from '../support/global-module.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';

const FAST = { beatMs: 40, holdMs: 400, firstBackoffMs: 5, maxBackoffMs: 50 };
/** A crash-looping pod has waited for its next start for two minutes, and a thousand times before. */
const START = Date.UTC(2026, 0, 5, 12);

let folder: string;
let nowMs = START;
let simulation: Simulation;
let api: KubernetesApi;
let records: TestRecords;
let app: NestFastifyApplication;
let namespaces: readonly string[] | undefined;
const caller = new WatchedCaller();

/** The simulated cluster, and events as the program follows and serves them. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'events-'));
  simulation = await startSimulation({
    dir: folder,
    nodes: 5,
    podsPerNode: 12,
    bookmarkIntervalMs: 50,
    now: () => nowMs,
  });
  const kubeconfig = simulation.writeKubeconfig(simulation.tokens.collector, 'collector');
  api = new KubernetesApi(new ClusterCredentials({ kubeconfig }, Log.silent()));
  records = await openPgliteRecords();
  const config = readConfig({});
  const ports = globalModule([
    ...eventPorts({ database: records.database }),
    { provide: ClusterWatch, useValue: new KubernetesClusterWatch(api, { pageSize: 7 }) },
    { provide: WATCHER_OPTIONS, useValue: { firstBackoffMs: 5, maxBackoffMs: 50 } },
    { provide: FOLLOW_OPTIONS, useValue: FAST },
    ClusterView,
    ...streamsOf(caller),
  ]);
  const imports = [PlatformModule.with(config, Log.silent()), ports, EventsModule.for({ answers: true, works: true })];
  app = await createApp({ module: class RootModule {}, imports }, config, Log.silent());
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preHandler', (request, _, done) => {
    request.caller = { name: 'test', kind: 'token', role: 'viewer', ...(namespaces ? { namespaces } : {}) };
    done();
  });
  app.get(ClusterView).start();
  await app.listen(0, '127.0.0.1');
  await eventually('all events to be read', async () => (await list('?limit=1000')).coverage.state === 'live');
});

afterAll(async () => {
  await app?.close();
  await app?.get(ClusterView).stop();
  await api?.close();
  await simulation?.close();
  await records?.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  namespaces = undefined;
});

async function get<Body>(path: string): Promise<Body> {
  const { statusCode, body } = await app.inject({ url: `/api/v1/events${path}` });
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${body}`);
  return JSON.parse(body) as Body;
}
const list = (query = '') => get<EventList>(query);
async function statusOf(query: string): Promise<[number, unknown]> {
  const answer = await app.inject({ url: `/api/v1/events${query}` });
  return [answer.statusCode, answer.json<{ errors?: { pointer: string }[] }>().errors?.map(({ pointer }) => pointer)];
}
const backOff = async (): Promise<EventView | undefined> => (await list('?namespace=media&reason=BackOff')).items[0];

/** Time goes on by so much that the crash-looping pod has waited again, which is told in one change. */
function timeGoesOn(): void {
  nowMs += 60_000;
  simulation.tick();
}

/** The count that the API server tells of. */
async function told(): Promise<number> {
  interface Events {
    readonly items: readonly { readonly reason?: string; readonly deprecatedCount?: number }[];
  }
  const { items } = (await api.getJson('/apis/events.k8s.io/v1/namespaces/media/events')) as Events;
  return items.find(({ reason }) => reason === 'BackOff')?.deprecatedCount ?? 0;
}

async function isUpToDate(): Promise<boolean> {
  return (await backOff())?.count === (await told());
}

describe('events of the cluster', () => {
  it('are one row each, with the workload and node of what they are about', async () => {
    const { items } = await list('?namespace=media&search=BACK-OFF');
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      type: 'Warning',
      reason: 'BackOff',
      regarding: { kind: 'Pod', namespace: 'media', fieldPath: 'spec.containers{worker}' },
      reportingController: 'kubelet',
      workload: 'Deployment/thumbnailer',
      count: expect.any(Number),
    });
    expect(items[0]?.node).toMatch(/./);
    const byWorkload = (await list('?namespace=media&workload=Deployment/thumbnailer')).items.map(
      ({ reason }) => reason,
    );
    expect(byWorkload.sort()).toEqual(['BackOff', 'Created', 'Pulled', 'Started']);
  });

  it('are paged through by the last occurrence, each once', async () => {
    const whole = (await list('?limit=1000')).items.map(({ uid }) => uid);
    const paged: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: EventList = await list(`?limit=5${cursor === '' ? '' : `&cursor=${cursor}`}`);
      paged.push(...page.items.map(({ uid }) => uid));
      cursor = page.nextCursor;
    }
    expect(whole.length).toBeGreaterThan(10);
    expect(paged).toEqual(whole);
    const oldest = (await list('?limit=1000&order=oldest')).items.map(({ uid }) => uid);
    expect(oldest).toEqual(whole.toReversed());
  });

  it.each([
    ['?limit=0', 'limit'],
    ['?from=yesterday', 'from'],
    ['?from=now&to=-1h', 'from'],
    ['?cursor=abc', 'cursor'],
    ['?workload=web', 'workload'],
    [`?reason=${Array.from({ length: 21 }, (_, index) => `r${index}`).join(',')}`, 'reason'],
    ['?colour=red', 'colour'],
    ['/histogram?step=90s', 'step'],
    ['/histogram?from=-365d&step=1m', 'step'],
    ['/facets?keys=colour', 'keys'],
  ])('%s is refused by the name of the field', async (query, field) => {
    expect(await statusOf(query)).toEqual([400, [expect.stringContaining(field)]]);
  });

  it('are shown to a caller of one namespace as far as they are about that', async () => {
    const all = (await list('?limit=1000')).items;
    expect(all.some(({ regarding }) => regarding.kind === 'Node')).toBe(true);
    namespaces = ['media'];
    const own = (await list('?limit=1000')).items;
    expect(own).toEqual(all.filter(({ regarding }) => regarding.namespace === 'media'));
    expect(own.length).toBeGreaterThan(0);
    const { facets } = await get<EventFacets>('/facets?keys=namespace,kind&from=0');
    expect(facets.map(({ values }) => values.map(({ value }) => value))).toEqual([['media'], ['Pod']]);
    const { buckets } = await get<EventHistogram>(
      '/histogram?by=namespace&from=2025-12-01T00:00:00Z&to=2026-02-01T00:00:00Z',
    );
    expect(new Set(buckets.flatMap(({ values = {} }) => Object.keys(values)))).toEqual(new Set(['media']));
  });

  it('are followed from where a reader was, without gap or repeat', async () => {
    const url = `${await app.getUrl()}/api/v1/events/stream?namespace=media&reason=BackOff`;
    let lastSeen = '';
    {
      await using reader = await EventReader.open(url);
      const next = reader.next();
      timeGoesOn();
      const { id, event, data } = await next;
      expect([event, (data as EventView).count]).toEqual(['event', await told()]);
      lastSeen = id;
    }
    timeGoesOn();
    await eventually('the next occurrence', isUpToDate);
    await using again = await EventReader.open(url, { 'last-event-id': lastSeen });
    expect(((await again.next()).data as EventView).count).toBe(await told());
  });

  it('are followed no longer than the caller may', async () => {
    await using reader = await EventReader.open(`${await app.getUrl()}/api/v1/events/stream`);
    caller.revoke();
    await expect(reader.next()).rejects.toThrow('The stream is over');
  });

  it('that Quartermaster tells of a node come back, once however often they are told', async () => {
    const event = {
      name: 'gc-1.node',
      node: 'node-0001',
      type: 'Normal',
      reason: 'ImagesRemoved',
      message: 'freed',
      atMs: nowMs,
    } as const;
    const nodeEvents = new KubernetesNodeEvents(api);
    const { signal } = new AbortController();
    await nodeEvents.tell(event, signal);
    await nodeEvents.tell(event, signal);
    await eventually('the event', async () => (await list('?reason=ImagesRemoved')).items.length > 0);
    expect((await list('?reason=ImagesRemoved')).items).toMatchObject([
      {
        regarding: { kind: 'Node', name: 'node-0001' },
        node: 'node-0001',
        note: 'freed',
        reportingController: 'quartermaster',
      },
    ]);
  });

  it('come through an API server that is away, cuts watches and forgets versions', async () => {
    const rows = (await list('?namespace=media')).items.length;
    await simulation.faults.apiDown();
    await eventually('the outage to show', async () => (await list()).coverage.state === 'behind');
    expect((await list()).coverage.reason).toMatch(/./);
    timeGoesOn();
    await simulation.faults.apiUp();
    simulation.faults.dropWatches();
    await eventually('the occurrence', isUpToDate);
    simulation.faults.expire('event');
    timeGoesOn();
    await eventually('the next one', isUpToDate);
    await eventually('the watch to be live', async () => (await list()).coverage.state === 'live');
    expect((await list('?namespace=media')).items).toHaveLength(rows);
  });

  it('are kept when the API server lets them expire', async () => {
    const before = (await list('?limit=1000')).items;
    nowMs += 2 * 3_600_000;
    simulation.tick();
    await eventually('the next occurrence', isUpToDate);
    const after = new Set((await list('?limit=1000')).items.map(({ uid }) => uid));
    expect(before.filter(({ uid }) => !after.has(uid))).toEqual([]);
  });

  it('are followed by one process, and by another when that is gone, which neither loses nor doubles anything', async () => {
    const parts = [app.get(EventWatchRecords), app.get(EventIntake), app.get(ClusterView), app.get(Clock)] as const;
    const second = new FollowEvents(...parts, Log.silent(), FAST);
    second.onApplicationBootstrap();
    await app.get(FollowEvents).onModuleDestroy();
    timeGoesOn();
    await eventually('the second to take over', isUpToDate);
    await second.onModuleDestroy();
    expect((await list()).coverage).toMatchObject({ state: 'behind', reason: 'no worker follows the events' });
    // what happens while nobody follows
    timeGoesOn();
    const third = new FollowEvents(...parts, Log.silent(), FAST);
    third.onApplicationBootstrap();
    await eventually('the third to go on', isUpToDate);
    await third.onModuleDestroy();
    const { facets } = await get<EventFacets>('/facets?keys=reason&from=0&namespace=media');
    expect(facets[0]?.values.find(({ value }) => value === 'BackOff')).toEqual({ value: 'BackOff', events: 1 });
  });

  it('tell of a time whose events have expired while nobody followed', async () => {
    const watch = app.get(EventWatchRecords);
    const asOfMs = Date.now() - 3 * 3_600_000;
    await watch.hold('test', Date.now(), Date.now() + 60_000);
    await watch.note('test', { state: 'live', asOfMs });
    await watch.hold('test', Date.now(), Date.now() - 1);
    const parts = [watch, app.get(EventIntake), app.get(ClusterView), app.get(Clock)] as const;
    const follower = new FollowEvents(...parts, Log.silent(), FAST);
    follower.onApplicationBootstrap();
    await eventually('the gap', async () => (await list()).coverage.gaps.length > 0);
    const { gaps } = (await list()).coverage;
    await follower.onModuleDestroy();
    expect(gaps).toEqual([{ from: new Date(asOfMs).toISOString(), to: expect.any(String) }]);
    expect((await list('?to=2026-01-01T00:00:00Z')).coverage.gaps).toEqual([]);
  });
});
