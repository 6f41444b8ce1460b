import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReleaseDrift, StackDiff } from '../../src/stacks/releases/release-view.schema.js';
import { eventually } from '../support/eventually.js';
import { ProbeImage } from '../support/probe-image.js';
import { Quartermaster } from '../support/program.js';
import { RealCluster } from '../support/real-cluster.js';
import { writeDocumentedStack, writeStackFile } from '../support/stack-folders.js';

const NAMESPACE = `bad-days-${Date.now()}`;
const FINALIZER = 'example.com/slow';
const PAGE = { name: 'try-page', namespace: NAMESPACE };

/** What may not change: a Job's template, a selector, a StatefulSet's Service. */
const FIXED = `
apiVersion: quartermaster.io/v1
kind: Stack
name: fixed
version: 1.0.0
title: Fixed
description: Objects with fields that cannot change.
scope: namespaced
gives: [Nothing.]
parameters:
  type: object
  additionalProperties: false
  properties:
    color: { type: string, title: Color, description: Changes all of them., default: red }
    image: { type: string, title: Image, description: Of the Job., default: none }
files: [fixed.yaml]
sets:
  - parameter: color
    at:
      - { object: Job/once, path: /spec/template/metadata/annotations/color }
      - { object: Deployment/web, path: /spec/selector/matchLabels/color }
      - { object: Deployment/web, path: /spec/template/metadata/labels/color }
      - { object: StatefulSet/store, path: /spec/serviceName }
  - { parameter: image, at: [{ object: Job/once, path: '/spec/template/spec/containers[name=main]/image' }] }
`;
const OBJECTS = `
apiVersion: batch/v1
kind: Job
metadata: { name: once }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: main, image: none, command: ['sh', '-c', 'exit 0'] }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 0
  selector: { matchLabels: { app: fixed, app.kubernetes.io/instance: '' } }
  template:
    metadata: { labels: { app: fixed, app.kubernetes.io/instance: '' } }
    spec: { containers: [{ name: main, image: none }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  replicas: 0
  serviceName: ''
  selector: { matchLabels: { app: store, app.kubernetes.io/instance: '' } }
  template:
    metadata: { labels: { app: store, app.kubernetes.io/instance: '' } }
    spec: { containers: [{ name: main, image: none }] }
`;

const cluster = RealCluster.open();
const core = cluster.core();
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-bad-days-'));
const open = new AsyncDisposableStack();
let program: Quartermaster;
let image: string;

const call = <Body>(method: string, path: string, body?: object) => program.send<Body>(method, path, body);
const done = (method: string, path: string, body?: object) => program.done(method, path, body);

const hello = (name: string, namespace: string, parameters: object = {}) => ({
  name,
  namespace,
  stack: 'hello',
  parameters: { image, replicas: 0, ...parameters },
});

async function setFinalizers(name: string, namespace: string, finalizers: string[]): Promise<void> {
  const body = await core.readNamespacedConfigMap({ name, namespace });
  if (body.metadata) body.metadata.finalizers = finalizers;
  await core.replaceNamespacedConfigMap({ name, namespace, body });
}

const isGone = (namespace: string): Promise<boolean> =>
  core.readNamespace({ name: namespace }).then(
    () => false,
    (error: { code?: number }) => error.code === 404,
  );

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  image = open.use(new ProbeImage()).name;
  open.use(
    await cluster.create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE, labels: { day: NAMESPACE } },
    }),
  );
  const stacks = join(folder, 'stacks');
  writeDocumentedStack(stacks);
  writeStackFile(stacks, 'fixed/stack.yaml', FIXED);
  writeStackFile(stacks, 'fixed/fixed.yaml', OBJECTS);
  const kubeconfig = join(folder, 'kubeconfig');
  cluster.writeAdminKubeconfig(kubeconfig);
  program = open.use(
    await Quartermaster.start({ KUBECONFIG: kubeconfig, DATA_DIR: join(folder, 'data'), STACKS_DIR: stacks }),
  );
});

afterAll(() => open.disposeAsync());

describe('bad days of releases on a real cluster', () => {
  it('a finalizer that hangs is named, and waited for no longer than asked', async () => {
    expect(await done('POST', '/releases', hello('try', NAMESPACE))).toMatchObject({ state: 'succeeded' });
    await setFinalizers(PAGE.name, NAMESPACE, [FINALIZER]);
    const { parameters } = hello('try', NAMESPACE, { page: false });
    const change = await done('PUT', '/releases/try', { parameters, timeLimit: '1s' });
    expect(change.state).toBe('partial');
    expect(change.error).toContain(
      `ConfigMap ${NAMESPACE}/try-page is being deleted and waits for its finalizers ${FINALIZER}`,
    );
    const removal = await done('DELETE', '/releases/try?timeLimit=1s');
    expect(removal.state).toBe('failed');
    expect(removal.error).toContain(`waits for its finalizers ${FINALIZER}`);
    await setFinalizers(PAGE.name, NAMESPACE, []);
    expect(await done('DELETE', '/releases/try')).toMatchObject({ state: 'succeeded' });
    expect((await core.listNamespacedSecret({ namespace: NAMESPACE })).items).toEqual([]);
    const left = (await core.listNamespacedConfigMap({ namespace: NAMESPACE })).items;
    expect(left.map(({ metadata }) => metadata?.name)).toEqual(['kube-root-ca.crt']);
  });

  it('immutable fields are told before anything is applied, shown, and made anew with replace', async () => {
    const body = { name: 'firm', namespace: NAMESPACE, stack: 'fixed', parameters: { image } };
    expect(await done('POST', '/releases', body)).toMatchObject({ state: 'succeeded' });
    const parameters = { image, color: 'blue' };
    const diff = await call<StackDiff>('POST', '/stacks/fixed/diff', {
      release: 'firm',
      namespace: NAMESPACE,
      parameters,
    });
    expect(diff.body.summary).toMatchObject({ replace: 3, change: 0 });
    const shown = diff.body.objects.flatMap(({ kind, fields }) => fields.map(({ path }) => `${kind} ${path}`));
    expect(shown).toEqual(
      expect.arrayContaining([
        'Job spec.template.metadata.annotations.color',
        'Deployment spec.selector.matchLabels.color',
        'StatefulSet spec.serviceName',
      ]),
    );
    const refused = await call<{ detail: string }>('PUT', '/releases/firm', { parameters });
    expect(refused.status).toBe(422);
    for (const [object, field] of [
      ['Job', 'spec.template'],
      ['Deployment', 'spec.selector'],
      ['StatefulSet', 'spec'],
    ])
      expect(refused.body.detail).toMatch(new RegExp(`^${object} [^\\n]*${field}: [^\\n]*\`replace: true\``, 'm'));
    expect(await done('PUT', '/releases/firm', { parameters, replace: true })).toMatchObject({ state: 'succeeded' });
    expect((await call<ReleaseDrift>('GET', '/releases/firm/drift')).body).toMatchObject({ isDrifted: false });
    expect(await done('DELETE', '/releases/firm')).toMatchObject({ state: 'succeeded' });
  });

  it('an admission policy that refuses is told in its words before anything is applied', async () => {
    const group = 'admissionregistration.k8s.io';
    const metadata = { name: `${NAMESPACE}.example.com` };
    const matchResources = { namespaceSelector: { matchLabels: { day: NAMESPACE } } };
    const rule = {
      apiGroups: ['apps'],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['deployments'],
    };
    await using made = new AsyncDisposableStack();
    const policy = {
      apiVersion: `${group}/v1`,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: 'false', message: 'no deployments today' }],
      },
    };
    const binding = {
      apiVersion: `${group}/v1`,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'], matchResources },
    };
    for (const object of [policy, binding]) made.use(await cluster.create(object));
    const { parameters } = hello('denied', NAMESPACE);
    await eventually('the policy to count', async () => {
      const asked = { release: 'denied', namespace: NAMESPACE, parameters };
      const { body } = await call<StackDiff>('POST', '/stacks/hello/diff', asked);
      return body.objects.some(({ problem = '' }) => problem.includes('no deployments today'));
    });
    const refused = await call<{ detail: string }>('POST', '/releases', hello('denied', NAMESPACE));
    expect(refused.status).toBe(422);
    expect(refused.body.detail).toMatch(/^Deployment .*denied-web: .*no deployments today/);
    expect((await core.listNamespacedService({ namespace: NAMESPACE })).items).toEqual([]);
  });

  it('a namespace that was made for a release goes with its data when nothing foreign is left, and a release is refused while it does', async () => {
    const made = `${NAMESPACE}-made`;
    expect(await done('POST', '/releases', hello('own', made))).toMatchObject({ state: 'succeeded' });
    await core.createNamespacedConfigMap({
      namespace: made,
      body: { metadata: { name: 'foreign', finalizers: [FINALIZER] } },
    });
    expect(await done('DELETE', '/releases/own?data=delete')).toMatchObject({ state: 'succeeded' });
    expect(
      (await core.readNamespacedConfigMap({ name: 'foreign', namespace: made })).metadata?.deletionTimestamp,
    ).toBeUndefined();
    await core.deleteNamespace({ name: made });
    const refused = await call<{ detail: string }>('POST', '/releases', hello('own', made));
    expect(refused.status).toBe(422);
    expect(refused.body.detail).toContain(`The namespace ${made} is being deleted: wait until it is gone.`);
    await setFinalizers('foreign', made, []);
    await eventually('the namespace to be gone', () => isGone(made));
    expect(await done('POST', '/releases', hello('own', made))).toMatchObject({ state: 'succeeded' });
    expect(await done('DELETE', '/releases/own?data=delete')).toMatchObject({ state: 'succeeded' });
    expect(await isGone(made)).toBe(true);
    expect((await call('GET', '/releases/own')).status).toBe(404);
  });
});
