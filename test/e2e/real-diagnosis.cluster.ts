import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '@kubernetes/client-node';
import type { RunView } from '../../src/jobs/run.schema.js';
import { packageRoot } from '../../src/platform/version.js';
import type { DiagnosisView } from '../../src/stacks/diagnose/diagnosis.schema.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';
import { RealCluster } from '../support/real-cluster.js';

const OWN = { namespace: 'quartermaster', name: 'quartermaster' };
const NAMESPACE = `diagnosis-${Date.now()}`;
/** Pods that can never run, each for another reason. */
const FAULTS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: lost }
spec:
  selector: { matchLabels: { app: lost, app.kubernetes.io/instance: faults } }
  template:
    metadata: { labels: { app: lost, app.kubernetes.io/instance: faults } }
    spec:
      nodeSelector: { no-node-has: this }
      containers: [{ name: main, image: nowhere.invalid/web:1 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: picture }
spec:
  selector: { matchLabels: { app: picture, app.kubernetes.io/instance: faults } }
  template:
    metadata: { labels: { app: picture, app.kubernetes.io/instance: faults } }
    spec:
      containers: [{ name: main, image: nowhere.invalid/web:1 }]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: disk }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: no-such-class
  resources: { requests: { storage: 1Mi } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: greedy }
spec:
  selector: { matchLabels: { app: greedy, app.kubernetes.io/instance: faults } }
  template:
    metadata: { labels: { app: greedy, app.kubernetes.io/instance: faults } }
    spec:
      containers: [{ name: main, image: nowhere.invalid/web:1, resources: { requests: { memory: 64Mi } } }]
`;
const STACK = `
apiVersion: quartermaster.io/v1
kind: Stack
name: faults
version: 1.0.0
title: Faults
description: What never runs, for tests.
scope: namespaced
parameters: { type: object, additionalProperties: false, properties: {} }
files: [faults.yaml]
`;

const cluster = RealCluster.open();
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-real-diagnosis-'));
const open = new AsyncDisposableStack();
let program: Quartermaster;

const asked = <Body>(method: string, path: string, body?: object) => program.asked<Body>(method, path, body);

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  const stack = join(folder, 'stacks', 'faults');
  mkdirSync(stack, { recursive: true });
  writeFileSync(join(stack, 'stack.yaml'), STACK);
  writeFileSync(join(stack, 'faults.yaml'), FAULTS);
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  open.use(await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }));
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small', namespace: NAMESPACE },
    spec: { hard: { 'requests.memory': '32Mi' } },
  };
  const limits = {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'defaults', namespace: NAMESPACE },
    spec: { limits: [{ type: 'Container', defaultRequest: { memory: '4Mi' } }] },
  };
  open.use(await cluster.create(limits as KubernetesObject));
  open.use(await cluster.create(quota as KubernetesObject));
  const kubeconfig = join(folder, 'kubeconfig');
  await cluster.kubeconfigFor(OWN.namespace, OWN.name, kubeconfig);
  const settings = { KUBECONFIG: kubeconfig, DATA_DIR: join(folder, 'data'), STACKS_DIR: join(folder, 'stacks') };
  program = open.use(await Quartermaster.start(settings));
  const query = `release=ill&namespace=${NAMESPACE}&serviceAccount=${OWN.namespace}/${OWN.name}`;
  const { objects } = await asked<{ objects: KubernetesObject[] }>('GET', `/stacks/faults/rbac?${query}`);
  for (const object of objects) open.use(await cluster.create(object));
  await eventually('the rights to count', async () => {
    const release = { release: 'ill', namespace: NAMESPACE };
    const diff = await asked<{ missingRights: string[] }>('POST', '/stacks/faults/diff', release);
    return diff.missingRights.length === 0;
  });
});

afterAll(() => open.disposeAsync());

describe('a release on a real cluster whose pods cannot run', () => {
  it('is told why, each by its cause', async () => {
    const release = { name: 'ill', stack: 'faults', namespace: NAMESPACE, timeLimit: '1s' };
    const { id } = await asked<RunView>('POST', '/releases', release);
    await eventually('the deployment to give up', async () => {
      const run = await asked<RunView>('GET', `/runs/${id}`);
      return run.finishedAt !== undefined && run;
    });
    let seen: DiagnosisView | undefined;
    const found = await eventually('all causes to be known', async () => {
      seen = await asked<DiagnosisView>('GET', '/releases/ill/diagnose');
      const causes = new Set(seen.findings.map(({ cause }) => cause));
      return ['image', 'scheduling', 'volume', 'quota'].every((cause) => causes.has(cause as never)) && seen;
    }).catch((error: unknown) => {
      throw new Error(`Last: ${JSON.stringify(seen)}`, { cause: error });
    });
    const told = (name: string) =>
      found.findings
        .filter((finding) => finding.name.endsWith(name))
        .map(({ cause, because }) => [cause, because.join(' ')]);
    expect(told('lost')).toEqual([
      ['scheduling', expect.stringMatching(/On \d+ nodes?: didn't match Pod's node affinity\/selector/)],
    ]);
    expect(told('picture')).toEqual([['image', expect.stringContaining('nowhere.invalid/web:1 cannot be pulled')]]);
    expect(told('disk')).toEqual([['volume', expect.stringContaining('no-such-class')]]);
    expect(told('greedy')).toEqual([
      ['quota', expect.stringMatching(/ResourceQuota small would be exceeded: asked requests\.memory=64Mi/)],
    ]);
    expect(found.unread).toEqual([]);
  });
});
