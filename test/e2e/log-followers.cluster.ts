import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import { packageRoot } from '../../src/platform/version.js';
import { eventually } from '../support/eventually.js';
import { LocalControlPlane } from '../support/local-control-plane.js';
import { LogFollowersApp } from '../support/log-followers-app.js';
import { MemoryLogStore } from '../support/memory-log-store.js';
import { RealCluster } from '../support/real-cluster.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';

const FOLLOW_MS = 60_000;
const AWAY_MS = 10_000;
const CRASHER = `crasher-${Date.now()}`;
const SHOP = { LOGS_COLLECT: 'namespaces=shop' };

const cluster = RealCluster.open();
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-logs-'));
const open = new AsyncDisposableStack();
const store = new MemoryLogStore();
const kubeconfig = join(folder, 'kubeconfig');
let records: TestRecords;
let followers: LogFollowersApp;

async function stored(container?: string): Promise<LogRecord[]> {
  const span = { fromNs: 0n, toNs: BigInt(Date.now() + 60_000) * 1_000_000n };
  const { lines } = await store.search({ filter: { terms: [] }, span, order: 'oldest', limit: 1_000_000 });
  return lines
    .map(({ record }) => record)
    .filter((record) => container === undefined || record.container === container);
}

/** The counters `n` that the pods of `web` have printed, by pod. */
async function counters(): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  for (const { podUid = '', fields } of await stored('web')) {
    found.set(podUid, [...(found.get(podUid) ?? []), Number(fields?.['n'])]);
  }
  return found;
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  await cluster.applyWorkload();
  open.use(await cluster.startCrasher(CRASHER, "echo 'ERROR cannot start' >&2; sleep 1; exit 3"));
  await cluster.kubeconfigFor('quartermaster', 'quartermaster', kubeconfig);
  records = await openPgliteRecords();
  open.defer(() => records.close());
  followers = await LogFollowersApp.start(kubeconfig, records, store, SHOP);
  open.defer(() => followers.close());
});

afterAll(() => open.disposeAsync());

describe('the log streams of a real cluster, with the least rights', () => {
  it('bring the lines of every container with what is known of its pod', async () => {
    await eventually('lines of web and its sidecar', async () => {
      const pods = new Set((await stored('web')).map(({ pod }) => pod));
      return pods.size === 4 && (await stored('sidecar')).length > 0 && (await stored('once')).length > 0;
    });
    const [web] = await stored('web');
    expect(web).toMatchObject({
      namespace: 'shop',
      workload: 'Deployment/web',
      level: 'info',
      restart: 0,
      source: 'kubernetes',
      labels: expect.objectContaining({ app: 'web', tier: 'front' }),
      node: expect.stringMatching(/^node-\d$/),
      containerId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await stored('sidecar'))[0]).toMatchObject({ level: 'debug' });
    expect((await stored('once')).map(({ message }) => message)).toEqual(['done']);
  });

  it('bring the earlier lives of the crasher', async () => {
    const crasher = async () =>
      (await stored('crasher')).filter(({ pod, message }) => pod === CRASHER && message === 'ERROR cannot start');
    await eventually('two lives of the crasher', async () => (await crasher()).length >= 2);
    const lives = await crasher();
    expect(new Set(lives.map(({ containerId }) => containerId)).size).toBe(lives.length);
    expect(lives[0]).toMatchObject({ level: 'error' });
    expect(lives[0]).not.toHaveProperty('workload');
  });

  it('say of each container how far it is', async () => {
    const { items, totals } = await followers.health('limit=1000');
    expect(items.find(({ container }) => container === 'burner')).toMatchObject({ state: 'following', lines: 0 });
    expect(items.find(({ container }) => container === 'once')).toMatchObject({ state: 'ended', lines: 1 });
    expect(totals).toMatchObject({ leftOut: 0, failed: 0, sharesUnfollowed: 0 });
  });

  it('give every line of web once while the API server is away for ten seconds', async () => {
    if (!cluster.isLocal) return; // the API server of a cluster elsewhere is not ours to stop
    const before = await counters();
    const startedAtMs = Date.now();
    const controlPlane = new LocalControlPlane();
    await pause(15_000);
    await controlPlane.killApiServer();
    try {
      await pause(AWAY_MS);
    } finally {
      await controlPlane.startApiServer(() => cluster.isReady());
    }
    await pause(Math.max(0, startedAtMs + FOLLOW_MS - Date.now()));
    const last = await counters();
    await eventually('a line after that of each pod', async () => {
      const now = await counters();
      return [...last].every(([pod, seen]) => (now.get(pod)?.length ?? 0) > seen.length);
    });
    const after = await counters();
    for (const [pod, seen] of after) {
      const first = seen[0] ?? 0;
      expect(seen).toEqual(seen.map((_, index) => first + index)); // none is missing, none is there twice
      expect(seen.length - (before.get(pod)?.length ?? 0)).toBeGreaterThan((FOLLOW_MS / 1000) * 0.5);
    }
    const { totals, items } = await followers.health('limit=1000');
    expect(totals.gaps).toBe(0);
    expect(items.filter(({ container }) => container === 'web').every(({ reconnections }) => reconnections > 0)).toBe(
      true,
    );
    // What lost its lease while the API server was away may leave only now.
    await controlPlane.startApiServer(() => cluster.isReady());
  });

  it('are followed once when a second worker comes and goes', async () => {
    const environment = { ...SHOP, DATABASE_URL: 'postgres://shared/records' }; // its workers have names of their own
    await followers.close();
    const one = await LogFollowersApp.start(kubeconfig, records, store, environment);
    open.defer(() => one.close());
    const other = await LogFollowersApp.start(kubeconfig, records, store, environment);
    open.defer(() => other.close());
    const grows = async () => {
      const seen = await counters();
      await eventually('new lines of each pod', async () => {
        const now = await counters();
        return [...seen].every(([pod, list]) => (now.get(pod)?.length ?? 0) > list.length + 2);
      });
    };
    await grows();
    await one.close();
    await grows();
    for (const seen of (await counters()).values()) {
      const first = seen[0] ?? 0;
      expect(seen).toEqual(seen.map((_, index) => first + index));
    }
  });
});
