import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAllYaml, loadYaml, type KubernetesObject } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/version.js';
import type { CycleList } from '../../src/metrics/metric-cycles.schema.js';
import { freePort } from '../support/free-port.js';
import { eventually } from '../support/eventually.js';
import { noImageBecause, ProjectImage } from '../support/project-image.js';
import { localNodeFolder, RealCluster } from '../support/real-cluster.js';
import { startServerEngines } from '../support/server-engines.js';

const BESIDE = join(packageRoot(), '..', 'shared', 'cluster', 'cluster');
const read = (file: string): string => readFileSync(join(packageRoot(), file), 'utf8');

const reason = noImageBecause();
const title = reason === undefined ? 'the image of deploy/Dockerfile' : `the image of deploy/Dockerfile (${reason})`;

(reason === undefined ? describe : describe.skip)(title, () => {
  const open = new AsyncDisposableStack();
  const cluster = RealCluster.open();
  let folder: string;
  let image: ProjectImage;

  beforeAll(async () => {
    folder = mkdtempSync('/var/tmp/quartermaster-deployment-');
    open.defer(() => rmSync(folder, { recursive: true, force: true }));
    await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
    image = open.use(ProjectImage.build());
  });

  afterAll(() => open.disposeAsync());

  it('runs as docker-compose.yml has it: one api and two workers over servers complete a collection, and end in order', async () => {
    await using started = new AsyncDisposableStack();
    const { environment: here } = await startServerEngines(started);
    const kubeconfig = join(folder, 'kubeconfig');
    await cluster.kubeconfigFor('quartermaster', 'quartermaster', kubeconfig);
    chmodSync(kubeconfig, 0o644);
    chmodSync(folder, 0o755);
    const asThere = composed('api');
    expect(Object.keys(asThere)).toEqual(expect.arrayContaining(Object.keys(here)));
    const port = String(await freePort());
    // in the machine's network there is one of each port; 60 s to the next collection would be long
    const run = (service: string, own: Record<string, string>): string =>
      image.run({ ...composed(service), ...here, ...own }, [`${kubeconfig}:${asThere['KUBECONFIG']}:ro`]);
    const api = run('api', { PORT: port, METRIC_RESOLUTION: '10s' });
    await image.prints(api, /"message":"Listening"/);
    const workers = [1, 2].map(() => run('worker', { PORT: '0', METRIC_RESOLUTION: '10s' }));
    const token = image.exec(api, 'cat', '/data/admin-token').trim();
    const authority = join(folder, 'compose-ca.crt');
    writeFileSync(authority, image.exec(api, 'cat', '/data/tls/ca.crt'));
    await eventually('a complete collection', () =>
      hasCollected(
        get(`https://127.0.0.1:${port}/api/v1/metrics/cycles?limit=5`, ['--cacert', authority], token).stdout,
      ),
    );
    expect([api, ...workers].map((container) => image.stop(container))).toEqual([0, 0, 0]);
  });

  it('becomes ready as deploy/quartermaster.yaml has it, collects every node, and answers by its Service', async () => {
    execFileSync(BESIDE, ['import', image.save()], { stdio: ['ignore', 'ignore', 'inherit'] });
    await using applied = new AsyncDisposableStack();
    applied.defer(() => removeFromNodes(`docker.io/library/${image.name}`));
    applied.use(await cluster.create(volumeIn(folder)));
    const manifests = read('deploy/quartermaster.yaml').replace('image: quartermaster\n', `image: ${image.name}\n`);
    for (const object of loadAllYaml(manifests) as KubernetesObject[]) applied.use(await cluster.create(object));
    const service = await cluster.core().readNamespacedService({ namespace: 'quartermaster', name: 'quartermaster' });
    const byService = (path: string, token = ''): { status: number; stdout: string } => {
      const host = 'quartermaster.quartermaster.svc';
      const address = ['--resolve', `${host}:443:${service.spec?.clusterIP}`, '--cacert', `${folder}/tls/ca.crt`];
      return get(`https://${host}${path}`, address, token, [BESIDE, 'node-exec', '2']);
    };
    await eventually('the Service to be ready', () => byService('/readyz').status === 200);
    const token = readFileSync(join(folder, 'admin-token'), 'utf8').trim();
    await eventually('a complete collection', () =>
      hasCollected(byService('/api/v1/metrics/cycles?limit=5', token).stdout),
    );
  });
});

type Variables = Readonly<Record<string, string>>;

/** The environment of a service as docker-compose.yml has it: its own, over what it merges in. */
function composed(service: string): Variables {
  type Service = { readonly environment: Variables & { readonly '<<': Variables } };
  const { services } = loadYaml<{ services: Record<string, Service | undefined> }>(read('docker-compose.yml'));
  const { '<<': common, ...own } = services[service]?.environment ?? { '<<': {} };
  return { ...common, ...own };
}

/** What curl gets, run by `runner`; status 0 when nobody answers. */
function get(
  url: string,
  options: readonly string[],
  token: string,
  runner: readonly string[] = [],
): { status: number; stdout: string } {
  const [command = '', ...args] = [...runner, 'curl', '-sS', '-m', '5', '-w', '\n%{http_code}', ...options];
  try {
    const printed = execFileSync(command, [...args, '-H', `Authorization: Bearer ${token}`, url], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const end = printed.lastIndexOf('\n');
    return { status: Number(printed.slice(end)), stdout: printed.slice(0, end) };
  } catch {
    return { status: 0, stdout: '' };
  }
}

/** The nodes keep no image of a test. */
function removeFromNodes(image: string): void {
  for (const node of ['node-1', 'node-2']) {
    const socket = join(localNodeFolder(node), 'run', 'containerd.sock');
    execFileSync('ctr', ['-a', socket, '-n', 'k8s.io', 'images', 'rm', image], { stdio: 'ignore' });
  }
}

/** Both nodes of the cluster in one cycle. */
function hasCollected(answer: string): boolean {
  if (!answer.startsWith('{')) return false;
  return (JSON.parse(answer) as CycleList).items.some(
    ({ state, nodesPresent }) => state === 'complete' && nodesPresent === 2,
  );
}

/** The volume that the claim of deploy/quartermaster.yaml gets: this cluster has nobody who makes one. */
function volumeIn(path: string): KubernetesObject & { readonly spec: unknown } {
  const onNode1 = { key: 'kubernetes.io/hostname', operator: 'In', values: ['node-1'] };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'quartermaster-deployment' },
    spec: {
      capacity: { storage: '20Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      claimRef: { namespace: 'quartermaster', name: 'quartermaster' },
      local: { path },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [onNode1] }] } },
    },
  };
}
