import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { linesBetween } from '../../sim/log-lines.js';
import { SimulationFixture } from '../../sim/simulation.fixture.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import { eventually } from '../support/eventually.js';
import { LogFollowersApp } from '../support/log-followers-app.js';
import { MemoryLogStore } from '../support/memory-log-store.js';
import { openPgliteRecords } from '../support/records.js';

const EVER = { fromNs: 0n, toNs: 1n << 62n };
const open = new AsyncDisposableStack();
const store = new MemoryLogStore();
let cluster: SimulationFixture;
let followers: LogFollowersApp;

async function stored(matches: (record: LogRecord) => boolean): Promise<LogRecord[]> {
  const page = await store.search({ filter: { terms: [] }, span: EVER, order: 'oldest', limit: 1_000_000 });
  return page.lines.map(({ record }) => record).filter(matches);
}

beforeAll(async () => {
  cluster = await SimulationFixture.start({ nodes: 3, podsPerNode: 12 });
  open.defer(() => cluster.close());
  const records = await openPgliteRecords();
  open.defer(() => records.close());
  const environment = { LOGS_COLLECT: 'not-namespaces=kube-system', LOGS_MAX_STREAMS: '20' };
  followers = await LogFollowersApp.start(cluster.simulation.kubeconfigPath, records, store, environment);
  open.defer(() => followers.close());
});
afterAll(() => open.disposeAsync());

describe('followers of a simulated cluster', () => {
  it('store what the API server serves, each line once, though streams are cut', async () => {
    const isOrder = ({ fields }: LogRecord) => fields?.['order'] !== undefined;
    await eventually('lines of a shop', async () => (await stored(isOrder)).length > 0);
    const [{ podUid = '', container = '' } = {}] = await stored(isOrder);
    const ours = () => stored((record) => record.podUid === podUid && record.container === container);
    cluster.simulation.faults.cutLogs();
    const seen = (await ours()).length;
    await eventually('more lines of it', async () => (await ours()).length > seen + 1);
    const stamps = (await ours()).map(({ timeNs }) => timeNs);
    const [firstNs = 0n, lastNs = 0n] = [stamps[0], stamps.at(-1)];
    const span = { fromMs: Number(firstNs / 1_000_000n), toMs: Number(lastNs / 1_000_000n) + 1 };
    const all = linesBetween(1, { uid: podUid }, { name: container, behaviour: 'steady' }, 0, span).map(
      ({ atNs }) => atNs,
    );
    expect(stamps).toEqual(all.filter((atNs) => atNs >= firstNs && atNs <= lastNs));
  });

  it('tell how far each container is, to each caller in its namespaces', async () => {
    await eventually('all streams', async () => (await followers.health()).totals.following >= 20);
    const all = await followers.health('limit=1000');
    expect(all.totals.leftOut).toBeGreaterThan(0);
    expect(all.items.some(({ namespace }) => namespace === 'kube-system')).toBe(false);
    followers.caller.namespaces = ['shop'];
    const shop = await followers.health('limit=2');
    expect(shop.items).toHaveLength(2);
    expect(shop.items.every(({ namespace }) => namespace === 'shop')).toBe(true);
    expect(shop.totals.following).toBeLessThan(all.totals.following);
    expect(await followers.health('namespace=media')).toMatchObject({
      items: [],
      totals: { following: 0, leftOut: 0 },
    });
    const next = await followers.health(`limit=2&cursor=${shop.nextCursor}`);
    expect(next.items.map(({ podUid }) => podUid)).not.toEqual(shop.items.map(({ podUid }) => podUid));
    expect((await followers.ask('state=odd')).status).toBe(400);
    delete followers.caller.namespaces;
  });

  it('tell answers which containers are left out, and only those that they are about', async () => {
    const span = { fromNs: 0n, toNs: 1n << 62n };
    const coverage = (namespace: string) =>
      followers.coverage.of({ concerns: (container) => container.namespace === namespace, span, limit: 100 });
    const { behind, containersExpected, containersPresent } = await coverage('shop');
    expect(behind.every(({ container }) => container.namespace === 'shop')).toBe(true);
    expect(containersExpected - containersPresent).toBe(behind.length);
    expect((await coverage('kube-system')).containersExpected).toBe(0);
  });
});
