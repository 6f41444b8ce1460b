import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { V1Pod } from '@kubernetes/client-node';
import { StaticPods } from '../../src/agents/static-pods.service.js';
import { AgentsApp } from '../support/agents-app.js';
import { eventually } from '../support/eventually.js';
import { nodeFlags, Program } from '../support/program.js';
import { localNodeFolder, RealCluster } from '../support/real-cluster.js';
import { openPgliteRecords } from '../support/records.js';

const NODE = 'node-2';
const NAME = `static-${randomUUID().slice(0, 8)}`;
const HOUR = 3_600_000;
const FILE = join(localNodeFolder(NODE), 'manifests', `${NAME}.yaml`);

const cluster = RealCluster.open();
const open = new AsyncDisposableStack();
let app: AgentsApp;

/** A Pod that sleeps, if there is such an image. */
const podOf = (image: string): string => `apiVersion: v1
kind: Pod
metadata: { name: ${NAME}, namespace: default }
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - { name: main, image: '${image}', imagePullPolicy: Never, command: [sleep, '1000000'] }
`;
const GOOD = podOf('docker.io/library/busybox:1');
const BROKEN = podOf(`docker.io/library/${NAME}:none`);
const change = (manifest: string, confirmWithinMs = HOUR) => ({
  changeId: randomUUID(),
  fileName: `${NAME}.yaml`,
  manifest,
  mustExist: [join(localNodeFolder(NODE), 'run', 'containerd.sock')],
  confirmWithinMs,
});
const pods = (): StaticPods => app.app.get(StaticPods);
const patience = (): AbortSignal => AbortSignal.timeout(600_000);

/** The mirror of the static pod, which its kubelet makes. */
async function mirror(): Promise<V1Pod | undefined> {
  const { items } = await cluster.core().listNamespacedPod({ namespace: 'default' });
  return items.find(({ metadata }) => metadata?.name === `${NAME}-${NODE}`);
}
const isGone = async (): Promise<boolean> => (await mirror()) === undefined;
const readyMirror = () =>
  eventually('the mirror pod is ready', async () => {
    const pod = await mirror();
    const isReady = pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    return isReady && pod;
  });

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quartermaster-static-pods-'));
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  const records = await openPgliteRecords();
  open.defer(() => records.close());
  app = await AgentsApp.boot(records.database);
  open.defer(() => app.close());
  const url = await app.listen();
  writeFileSync(join(folder, 'token'), app.agentToken(NODE), { mode: 0o600 });
  open.defer(async () => {
    rmSync(FILE, { force: true });
    await eventually('the mirror pod is gone', isGone);
  });
  const env = {
    ROLE: 'agent',
    SERVER_URL: url,
    TOKEN_FILE: join(folder, 'token'),
    CONTAINER_RUNTIME_ENDPOINT: `unix://${join(localNodeFolder(NODE), 'run', 'containerd.sock')}`,
    AGENT_ALLOW: 'static-pods',
    STATIC_POD_PATH: join(localNodeFolder(NODE), 'manifests'),
    DATA_DIR: join(folder, 'data'),
    LOG_FORMAT: 'json',
  };
  const agent = new Program('src/main.js', [], env, nodeFlags('start:agent'));
  open.defer(async () => void (await agent.end()));
  await eventually('the agent', async () => (await pods().whyNot(NODE)) === undefined);
});
afterAll(() => open.disposeAsync());

describe('A static pod on a real node', () => {
  it('is installed and confirmed, comes back by itself when a change of it is not confirmed, and is removed', async () => {
    const first = change(GOOD);
    expect(await pods().install(NODE, first, patience())).toMatchObject({ state: 'pending', replaced: false });
    const { metadata } = await readyMirror();
    expect(metadata?.annotations?.['kubernetes.io/config.source']).toBe('file');
    expect(await pods().confirm(NODE, first.changeId, patience())).toMatchObject({ state: 'confirmed' });

    const broken = change(BROKEN, 20_000);
    await Promise.allSettled([pods().install(NODE, broken, patience())]); // its time may be over before the answer comes
    const outcome = await eventually('it is undone', async () => {
      const now = await pods().outcome(NODE, broken.changeId);
      return now?.state === 'restored' && now;
    });
    expect(outcome).toMatchObject({ replaced: true, because: 'it was not confirmed within 20s' });
    expect(readFileSync(FILE, 'utf8')).toBe(GOOD);
    await eventually('the good one runs', async () => {
      const { spec } = await readyMirror();
      return spec?.containers[0]?.image === 'docker.io/library/busybox:1';
    });

    const { manifest: _, mustExist: __, ...removal } = change(GOOD);
    expect(await pods().remove(NODE, removal, patience())).toMatchObject({ replaced: true });
    await eventually('the mirror pod is gone', isGone);
    expect(await pods().confirm(NODE, removal.changeId, patience())).toMatchObject({ state: 'confirmed' });
    expect(existsSync(FILE)).toBe(false);
  });
});
