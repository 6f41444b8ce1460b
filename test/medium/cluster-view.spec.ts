import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KubernetesClusterWatch } from '../../src/adapters/kubernetes/cluster-watch.kubernetes.js';
import type { KubernetesApi } from '../../src/adapters/kubernetes/kubernetes-api.js';
import { ClusterView } from '../../src/cluster/cluster-view.js';
import { SystemClock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { Readiness } from '../../src/platform/readiness.js';
import { ApiServerStub, status } from '../support/api-server-stub.js';
import { apiOf, TestFolder } from '../support/cluster-client.js';
import { eventually } from '../support/eventually.js';
import { type KeyPair, TestAuthority } from '../support/test-authority.js';

const PODS = '/api/v1/pods';
const WATCHES = 10;

let authority: TestAuthority;
let serverKeys: KeyPair;
let folder: TestFolder;
let server: ApiServerStub;
let api: KubernetesApi;
let view: ClusterView;
let readiness: Readiness;

beforeAll(async () => {
  authority = await TestAuthority.create('test');
  serverKeys = await authority.server();
});

beforeEach(async () => {
  folder = new TestFolder();
  server = new ApiServerStub(serverKeys);
  await server.open();
});

afterEach(async () => {
  await view.stop();
  await api.close();
  await server.close();
  folder.remove();
});

/** Follows the server with small pages and short pauses. */
async function follow(
  options: { staleAfterMs?: number; maxBackoffMs?: number; random?: () => number } = {},
): Promise<void> {
  api = apiOf(folder.kubeconfig(server.url, folder.write('ca.crt', authority.ca), {}));
  const clock = new SystemClock();
  readiness = new Readiness(clock);
  const watch = new KubernetesClusterWatch(api, { pageSize: 3 });
  view = new ClusterView(watch, clock, readiness, Log.silent(), {
    firstBackoffMs: 5,
    maxBackoffMs: 40,
    staleAfterMs: 60_000,
    ...options,
  });
  view.start();
  await eventually('the cluster is known', () => view.whenSynced(10_000));
}

function pod(name: string, labels: Record<string, string> = {}) {
  return { metadata: { name, namespace: 'shop', uid: `uid-${name}`, labels } };
}

function names(): string[] {
  return view.pods().map(({ name }) => name);
}

const allLive = (): boolean => view.freshness().watches.every(({ state }) => state === 'live');
const podWatch = () => view.freshness(['pods']).watches[0];
const lists = (): string[] => server.requests.filter((line) => line.includes(`${PODS}?limit`));

describe('ClusterView', () => {
  it('lists in pages and follows what changes', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) server.put(PODS, pod(name));
    await follow();
    expect(names()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(lists()).toHaveLength(3);
    await eventually('all watches are open', () => server.openWatches === WATCHES);
    server.put(PODS, pod('h'));
    server.put(PODS, pod('a', { changed: 'yes' }));
    server.delete(PODS, pod('b'));
    await eventually('the changes arrive', () => names().join('') === 'acdefgh');
    expect(view.pod('shop', 'a')?.labels).toEqual({ changed: 'yes' });
    await eventually('the part is up', () => readiness.report().parts[0]?.state === 'up');
  });

  it('begins a list again when its snapshot expires between two pages', async () => {
    for (const name of ['a', 'b', 'c', 'd']) server.put(PODS, pod(name));
    let expired = false;
    server.intercept = (_, __, url) => {
      if (url.pathname === PODS && url.searchParams.has('continue') && !expired) {
        expired = true;
        server.delete(PODS, pod('a'));
        server.compact();
      }
      return false;
    };
    await follow();
    expect(names()).toEqual(['b', 'c', 'd']);
    expect(expired).toBe(true);
  });

  it('asks for everything at once when snapshots keep expiring', async () => {
    for (const name of ['a', 'b', 'c', 'd']) server.put(PODS, pod(name));
    server.intercept = (_, __, url) => {
      if (url.searchParams.has('continue')) server.compact();
      return false;
    };
    await follow();
    expect(names()).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each(['cut', 'end'] as const)(
    'goes on where it was, without a new list, when the watch is broken off (%s)',
    async (how) => {
      server.put(PODS, pod('a'));
      await follow();
      await eventually('all watches are open', () => server.openWatches === WATCHES);
      const before = lists().length;
      server.endWatches(how);
      server.put(PODS, pod('missed'));
      await eventually('what was missed arrives', () => names().includes('missed'));
      expect(lists()).toHaveLength(before);
    },
  );

  it.each(['expired', 'cut'] as const)(
    'lists again when the past is forgotten (%s), and is never empty meanwhile',
    async (how) => {
      server.put(PODS, pod('a'));
      server.put(PODS, pod('gone'));
      await follow();
      await eventually('all watches are open', () => server.openWatches === WATCHES);
      const counts = new Set<number>();
      server.intercept = () => {
        counts.add(view.pods().length);
        return false;
      };
      server.endWatches(how);
      server.delete(PODS, pod('gone'));
      server.put(PODS, pod('new'));
      server.compact();
      await eventually('the new state is there', () => names().join() === 'a,new');
      expect(counts.has(0)).toBe(false);
      await eventually('all are live again', allLive);
    },
  );

  it('answers with their age while the API server is away, and catches up when it is back', async () => {
    server.put(PODS, pod('a'));
    await follow();
    await eventually('all watches are live', allLive);
    await server.close();
    await eventually('the part is degraded', () => readiness.report().parts[0]?.state === 'degraded');
    const { asOfMs = 0 } = view.freshness();
    await eventually('time goes on', () => Date.now() > asOfMs + 50);
    expect(names()).toEqual(['a']);
    expect(view.freshness().asOfMs).toBe(asOfMs);
    expect(podWatch()).toMatchObject({ state: 'behind', count: 1 });
    expect(readiness.report().parts[0]?.reason).toMatch(/^behind: .*pods/);
    expect(readiness.report().ready).toBe(true);

    server.put(PODS, pod('b'));
    await server.open();
    await eventually('it has caught up', () => names().join() === 'a,b' && allLive());
    expect(readiness.report().parts[0]?.state).toBe('up');
  });

  it('tries all watches again as soon as one of them finds the API server back', async () => {
    let draws = 0;
    // The first watch that fails pauses briefly every time, the others for 25 seconds.
    const random = (): number => {
      draws += 1;
      return draws === 1 || draws > WATCHES ? 0 : 10_000;
    };
    await follow({ random });
    await eventually('all watches are live', allLive);
    await server.close();
    await eventually('all watches are behind', () => view.freshness().watches.every(({ state }) => state === 'behind'));
    await server.open();
    await eventually('all watches are live again', allLive);
    expect(draws).toBeGreaterThanOrEqual(WATCHES);
  });

  it('lists again when the server no longer accepts the version that it had, whatever the reason', async () => {
    server.put(PODS, pod('a'));
    await follow();
    await eventually('all watches are open', () => server.openWatches === WATCHES);
    const before = lists().length;
    server.intercept = (_, response, url) => {
      const isRefused = url.pathname === PODS && url.searchParams.has('watch') && lists().length === before;
      if (isRefused) status(response, 504, 'Timeout');
      return isRefused;
    };
    server.endWatches('cut');
    await eventually('it lists again', () => lists().length > before);
    await eventually('it is live again', allLive);
    expect(names()).toEqual(['a']);
  });

  it('begins once the API server comes, when it was away at the start', async () => {
    server.put(PODS, pod('a'));
    await server.close();
    const following = follow();
    await eventually('it is told', () => readiness?.report().parts[0]?.state === 'degraded');
    expect(view.freshness().asOfMs).toBeUndefined();
    await server.open();
    await following;
    expect(names()).toEqual(['a']);
  });

  it('opens a watch anew that has been silent for too long, and takes a bookmark for a sign of life', async () => {
    await follow({ staleAfterMs: 1000 });
    await eventually('all watches are open', () => server.openWatches === WATCHES);
    const opened = (): number => server.requests.filter((line) => line.includes(`${PODS}?watch`)).length;
    const beating = setInterval(() => server.bookmark(), 50);
    let [seen, sinceMs] = [opened(), Date.now()];
    // A machine that stood still for a second may cost a watch, but not one after the other.
    await eventually('a watch lives longer than a silent one would', () => {
      if (opened() !== seen) [seen, sinceMs] = [opened(), Date.now()];
      return Date.now() > sinceMs + 1600;
    });
    clearInterval(beating);
    await eventually('the silent watch is replaced', () => opened() > seen);
  });

  it('goes on without a kind that it may not read', async () => {
    server.put(PODS, pod('a'));
    server.intercept = (_, response, url) => {
      const isForbidden = url.pathname.endsWith('/cronjobs');
      if (isForbidden) status(response, 403, 'Forbidden');
      return isForbidden;
    };
    await follow();
    expect(names()).toEqual(['a']);
    expect(view.freshness(['cronjobs']).watches[0]?.reason).toContain('403');
    expect(view.freshness(['pods']).asOfMs).toBeDefined();
  });
});
