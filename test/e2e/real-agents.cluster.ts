import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentView } from '../../src/agents/agents.schema.js';
import type { NodeImage } from '../../src/metrics/node/node-images.schema.js';
import type { NodeMachine } from '../../src/metrics/node/node-machine.schema.js';
import { packageRoot } from '../../src/platform/version.js';
import { eventually } from '../support/eventually.js';
import { nodeFlags, Program, Quartermaster } from '../support/program.js';
import { localNodeFolder, RealCluster } from '../support/real-cluster.js';

const NODES = ['node-1', 'node-2'];
const OWN = { namespace: 'quartermaster', name: 'quartermaster' };
const AGENT = { namespace: 'quartermaster', name: 'quartermaster-agent' };
/** What an agent may take while it waits. */
const IDLE_BYTES = 80_000_000;

const cluster = RealCluster.open();
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-real-agents-'));
const open = new AsyncDisposableStack();
const agents = new Map<string, Program>();
let program: Quartermaster;

const socketOf = (node: string): string => join(localNodeFolder(node), 'run', 'containerd.sock');
/** A file with a token of the agents' account that is bound to a node. */
async function tokenFile(node: string): Promise<string> {
  const file = join(folder, `token-${node}`);
  writeFileSync(file, await cluster.nodeTokenOf(AGENT.namespace, AGENT.name, node, 'quartermaster'), { mode: 0o600 });
  return file;
}

async function startAgent(node: string, token = node): Promise<Program> {
  const env = {
    ROLE: 'agent',
    SERVER_URL: program.url,
    TOKEN_FILE: await tokenFile(token),
    NODE_NAME: node,
    CONTAINER_RUNTIME_ENDPOINT: `unix://${socketOf(node)}`,
    AGENT_MAX_IO_PRESSURE: '100',
    LOG_FORMAT: 'json',
  };
  return new Program('src/main.js', [], env, nodeFlags('start:agent'));
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  await cluster.applyWorkload(); // on each node something runs
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  const kubeconfig = join(folder, 'kubeconfig');
  await cluster.kubeconfigFor(OWN.namespace, OWN.name, kubeconfig);
  program = open.use(await Quartermaster.start({ KUBECONFIG: kubeconfig, DATA_DIR: join(folder, 'data') }));
  for (const node of NODES) {
    const agent = await startAgent(node);
    agents.set(node, agent);
    open.defer(async () => void (await agent.end()));
  }
});

afterAll(() => open.disposeAsync());

describe('agents on a real cluster', () => {
  it('enrol with tokens that are bound to their nodes', async () => {
    const items = await eventually('both agents', async () => {
      const list = await program.get<{ items: AgentView[] }>('/api/v1/agents');
      return list.items.length === NODES.length && list.items;
    });
    expect(items.map(({ node, state, runtime }) => [node, state, runtime.name])).toEqual(
      NODES.map((node) => [node, 'connected', 'containerd']),
    );
  });

  it.each(NODES)('tell of %s exactly the images that its containerd lists', async (node) => {
    const { items } = await eventually('an inventory', async () => {
      const { status, body } = await program.call<{ items: NodeImage[] }>(`/api/v1/nodes/${node}/images?limit=1000`);
      return status === 200 && body;
    });
    expect(items.flatMap(({ repoTags }) => repoTags).sort()).toEqual(tagsIn(socketOf(node)));
    expect(items.some(({ containers }) => containers > 0)).toBe(true);
  });

  it.each(NODES)('tell what the machine of %s is', async (node) => {
    const machine = await eventually('the machine', async () => {
      const body = await program.get<NodeMachine>(`/api/v1/nodes/${node}/machine`);
      return body.agentReadAt !== undefined && body;
    });
    expect(machine.cpuModel).toBe(/^model name\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]);
    const threads = machine.topology?.flatMap(({ cores }) => cores.flatMap((core) => core.threads)) ?? [];
    expect(threads).toHaveLength(machine.cores ?? 0);
  });

  it('idle in little memory', async () => {
    for (const agent of agents.values()) {
      const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${agent.pid}/status`, 'utf8')) ?? [];
      expect(Number(kilobytes) * 1024).toBeLessThan(IDLE_BYTES);
    }
  });

  it('do not start for another node than their token is bound to', async () => {
    const agent = await startAgent('node-1', 'node-2');
    expect(await agent.ended()).toBe(1);
    expect(agent.printed()).toContain('NODE_NAME is node-1, and the token is bound to node-2');
  });

  it('open nothing but their own API with their tokens', async () => {
    const token = readFileSync(await tokenFile('node-1'), 'utf8');
    const asAgent = { headers: { authorization: `Bearer ${token}` } };
    for (const path of ['/api/v1/me', '/api/v1/nodes', '/api/v1/agents'])
      expect((await program.call(path, asAgent)).status).toBe(401);
    const other = await cluster.tokenOf(OWN.namespace, OWN.name);
    const asOther = { headers: { authorization: `Bearer ${other}` } };
    expect((await program.call('/agent/v1/tasks', asOther)).status).toBe(401);
  });
});

/** The tags that the runtime itself lists, by its own tool. */
function tagsIn(socket: string): string[] {
  const args = ['--address', socket, '--namespace', 'k8s.io', 'images', 'list', '--quiet'];
  const names = execFileSync('ctr', args, { encoding: 'utf8' }).split('\n');
  return names.filter((name) => name !== '' && !name.startsWith('sha256:') && !name.includes('@')).sort();
}
