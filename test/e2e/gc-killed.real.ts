import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulation, type Simulation } from '../../sim/simulation.js';
import type { GcPlanView } from '../../src/gc/plans/gc-plan.schema.js';
import type { GcRemovalView } from '../../src/gc/removals/gc-removal.schema.js';
import type { GcRunView } from '../../src/gc/runs/gc-run.schema.js';
import { freePort } from '../support/free-port.js';
import type { PostgresServer } from '../support/postgres-server.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';
import type { RedisServer } from '../support/redis-server.js';
import { startServerEngines } from '../support/server-engines.js';

const NODES = 8;
const POLICY = 'killed';

const folder = mkdtempSync(join(tmpdir(), 'quartermaster-gc-killed-'));
const open = new AsyncDisposableStack();
let postgres: PostgresServer;
let redis: RedisServer;
let cluster: Simulation;
let env: Record<string, string>;
let api: Quartermaster;
let victim: Quartermaster;
let processes = 0;

const started = async (role: string, more: Record<string, string> = {}): Promise<Quartermaster> =>
  open.use(
    await Quartermaster.start({
      ...env,
      ...more,
      ROLE: role,
      DATA_DIR: join(folder, `${role}-${String(processes++)}`),
    }),
  );

const call = <Body>(method: string, path: string, body?: object) => api.asked<Body>(method, `/gc${path}`, body);

/** Ids of the images on each node's disk, past Quartermaster. */
function onDisks(): Map<string, string[]> {
  const names = cluster.truth.nodes().map(({ name }) => name);
  const imagesOf = (node: string): string[] =>
    (cluster.agents?.runtimeOf(node)?.state.images() ?? []).map(({ id }) => id).sort();
  return new Map(names.map((node) => [node, imagesOf(node)]));
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  const engines = await startServerEngines(open);
  ({ postgres, redis } = engines);
  const port = String(await freePort());
  const agentsOf = `http://127.0.0.1:${port}`;
  cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: NODES, podsPerNode: 8, agentsOf });
  open.defer(() => cluster.close());
  env = {
    KUBECONFIG: cluster.kubeconfigPath,
    ...engines.environment,
    ADMIN_TOKEN: 'the-admin-token-of-this-test',
  };
  api = await started('api', { PORT: port });
  victim = await started('worker');
  const rules = [{ action: 'remove', name: 'old', match: { tag: { glob: '*-r?' } } }];
  await call('POST', '/policies', {
    name: POLICY,
    dryRun: false,
    nodesAtOnce: 2,
    imagesPerMinute: 1_000,
    caps: { images: 3 },
    containers: { enabled: false },
    sandboxes: false,
    logs: false,
    images: { minAge: '0s', rules },
  });
});

afterAll(() => open.disposeAsync());

describe('a run over several nodes', () => {
  it.each<[string, () => Promise<void>]>([
    [
      'its worker is killed and another takes over',
      async () => {
        const other = await started('worker');
        await victim.program.end('SIGKILL');
        victim = other;
      },
    ],
    [
      'Redis is killed and comes back',
      async () => {
        await redis.kill();
        await redis.run();
      },
    ],
    ['PostgreSQL is restarted', () => postgres.restart()],
  ])(
    'comes to the same end when %s in the middle: what was planned is gone, and nothing else; the audit has each item once',
    async (_, strike) => {
      const plan = await eventually('a plan of all nodes', async () => {
        const made = await call<GcPlanView>('POST', '/plans', { policy: POLICY });
        return made.nodes.every(({ notActed, remove }) => notActed === undefined && remove.length > 0) && made;
      });
      expect(plan.nodes).toHaveLength(NODES);
      const before = onDisks();
      const { id } = await call<GcRunView>('POST', '/runs', { plan: plan.id, digest: plan.digest });
      await eventually('some nodes to be done and others not', async () => {
        const { nodes } = await call<GcRunView>('GET', `/runs/${id}`);
        return (nodes?.['succeeded'] ?? 0) > 0 && (nodes?.['running'] ?? 0) > 0;
      });
      await strike();
      const run = await eventually('the run to be over', async () => {
        const { status, body } = await api.call<GcRunView>(`/api/v1/gc/runs/${id}`);
        return status === 200 && body.finishedAt !== undefined && body;
      });
      const planned = plan.nodes.flatMap(({ node, remove }) => remove.map(({ key }) => `${node} ${key}`)).sort();
      expect(run).toMatchObject({ state: 'succeeded', result: { planned: planned.length, failed: 0, kept: 0 } });
      const { items } = await call<{ items: GcRemovalView[] }>('GET', `/removals?run=${id}&limit=1000`);
      expect(items.map(({ node, item }) => `${node} ${item}`).sort()).toEqual(planned);
      expect(items.every(({ result }) => result === 'removed')).toBe(true);
      for (const [node, images] of onDisks()) {
        const going = new Set(plan.nodes.find((one) => one.node === node)?.remove.map(({ key }) => key));
        expect(images).toEqual(before.get(node)?.filter((image) => !going.has(`image/${image}`)));
      }
    },
  );
});
