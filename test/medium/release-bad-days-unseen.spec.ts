import { beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterUnreachableError, ObjectRefusedError } from '../../src/stacks/objects/cluster-objects.errors.js';
import { CompareObjects } from '../../src/stacks/releases/compare-objects.service.js';
import { asMember } from '../../src/stacks/releases/core/as-member.js';
import { membershipOf } from '../../src/stacks/releases/apply-set.js';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import { readList } from '../../src/stacks/core/read-field.js';
import { MemoryReleaseRecords } from '../support/memory-release-records.js';
import { configMap, deployment } from '../support/release-objects.js';
import { ReleaseRig, type Ended } from '../support/release-rig.js';

const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const SETTINGS = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };
const contents = (...objects: ManifestObject[]) => ({ objects });

let rig: ReleaseRig;
beforeEach(() => {
  rig = new ReleaseRig(new MemoryReleaseRecords());
});

const textOf = (ended: Ended): string => (ended.state === 'failed' ? ended.error.message : '');

describe('what a dry run does not see', () => {
  it('what comes with the release itself is not missed: the role of a binding, the account of a pod', async () => {
    const API = { apiVersion: 'rbac.authorization.k8s.io/v1' };
    const metadata = { name: 'reader', namespace: 'shop' };
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
    const binding = { ...API, kind: 'RoleBinding', metadata, roleRef, subjects: [] };
    const pod = (account: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'once', namespace: 'shop' },
      spec: { serviceAccountName: account, containers: [{ name: 'once', image: 'web:1' }] },
    });
    // as an API server answers a caller without the right to bind, and its admission of pods
    rig.cluster.before = ({ kind, isDryRun }) => {
      if (!isDryRun || rig.cluster.peek({ ...SETTINGS, kind: 'ServiceAccount', name: 'reader' })) return undefined;
      if (kind === 'RoleBinding') return new ObjectRefusedError('rolebindings "reader" not found', 404, 'not-served');
      const text = 'pods "once" is forbidden: error looking up service account shop/reader: not found';
      return kind === 'Pod' ? new ObjectRefusedError(text, 403, 'admission') : undefined;
    };
    const role = { ...API, kind: 'Role', metadata, rules: [] };
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
    expect(textOf(await rig.deployed('other', contents(pod('other'), account)))).toContain('error looking up');
    const membership = membershipOf({ name: 'try', namespace: 'shop' });
    const comparing = new CompareObjects(rig.cluster, rig.resized());
    const [compared] = await comparing.compare([pod('reader'), account], membership);
    expect(compared).toEqual({ diff: expect.objectContaining({ action: 'create' }), conflicts: [] });
    expect(await rig.deployed('try', contents(binding, role))).toMatchObject({ state: 'succeeded' });
  });

  it('fields that only the definition in the release declares are taken, and others told', async () => {
    const odd = (version: string, spec: object) => [
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'odds.example.com' },
        spec: {
          group: 'example.com',
          scope: 'Namespaced',
          names: { kind: 'Odd', plural: 'odds' },
          versions: [version],
        },
      },
      { apiVersion: 'example.com/v1', kind: 'Odd', metadata: { name: 'odd', namespace: 'shop' }, spec },
    ];
    rig.cluster.serve({ group: 'example.com', version: 'v1', kind: 'Odd', plural: 'odds', isNamespaced: true });
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      name: 'odds.example.com',
    };
    const first = rig.deployed('try', contents(...odd('a', { a: 1 })));
    expect(await first).toMatchObject({ state: 'succeeded' });
    rig.cluster.before = ({ kind, isDryRun }) => {
      const version = readList(rig.cluster.peek(definition), 'spec', 'versions')[0];
      return kind === 'Odd' && isDryRun && version === 'a'
        ? new ObjectRefusedError('.spec.b: field not declared in schema', 500, 'invalid')
        : undefined;
    };
    expect(textOf(await rig.deployed('try', contents(...odd('a', { a: 1, b: 2 }))))).toContain('.spec.b: field not');
    const membership = membershipOf({ name: 'try', namespace: 'shop' });
    const members = odd('b', { a: 1, b: 2 }).map((object) => asMember(object as ManifestObject, membership));
    const [, compared] = await new CompareObjects(rig.cluster, rig.resized()).compare(members, membership);
    expect(compared?.diff).toMatchObject({ action: 'change', fields: [{ path: 'spec.b', after: 2 }] });
    expect(await rig.deployed('try', contents(...(odd('b', { a: 1, b: 2 }) as ManifestObject[])))).toMatchObject({
      state: 'succeeded',
    });
  });
});

describe('between a look and a change', () => {
  it('an object that another release has taken in the meantime is left to it', async () => {
    const theirs = asMember(configMap('settings', { a: 'theirs' }), membershipOf({ name: 'other', namespace: 'shop' }));
    let isTaken = false;
    rig.cluster.before = ({ verb, name, isDryRun }) => {
      if (verb === 'apply' && name !== 'settings' && !isDryRun && !isTaken) {
        isTaken = true; // after everything was validated
        rig.cluster.seed(theirs, 'quartermaster');
      }
      return undefined;
    };
    const ended = await rig.deployed('try', contents(configMap('settings', { a: 'ours' })), { force: true });
    expect(textOf(ended)).toContain('ConfigMap shop/settings: it belongs to the release other');
    expect(rig.cluster.peek(SETTINGS)).toMatchObject({ data: { a: 'theirs' } });
  });

  it('an object that an attempt before has begun to make anew is waited for', async () => {
    await rig.deployed('try', contents(deployment('web')));
    const labels = { app: 'other' };
    const other = deployment('web');
    const spec = { ...(other['spec'] as object), selector: { matchLabels: labels } };
    const changed = { ...other, spec: { ...spec, template: { ...Object(spec).template, metadata: { labels } } } };
    const begun = await rig.begin('try', contents(changed));
    rig.cluster.holdsDeletions = true; // its pods end first
    let isDeleted = false;
    rig.cluster.before = ({ verb, kind }) => {
      if (verb === 'get' && kind === 'Deployment' && isDeleted) return new ClusterUnreachableError('gone');
      isDeleted ||= verb === 'delete';
      return undefined;
    };
    const first = await rig.deploy('try', begun, { replace: true });
    expect(first).toMatchObject({ state: 'failed', error: expect.any(ClusterUnreachableError) });
    let looks = 0;
    rig.cluster.before = ({ verb, kind }) => {
      if (verb !== 'get' || kind !== 'Deployment' || (looks += 1) < 4) return undefined;
      rig.cluster.holdsDeletions = false;
      rig.cluster.settle();
      return undefined;
    };
    expect(await rig.deploy('try', begun, { replace: true }, undefined, 2)).toMatchObject({ state: 'succeeded' });
    expect(rig.cluster.peek(WEB)).toMatchObject({ spec: { selector: { matchLabels: labels } } });
  });

  it('values of secrets that a revision has no use for are there for a rollback until it has succeeded', async () => {
    const key = (parameter: string) => ({ parameter, secret: 'app', key: parameter, generatedLength: 8 });
    const data = () => rig.cluster.peek({ ...SETTINGS, kind: 'Secret', name: 'app' })?.['data'] as object;
    await rig.deployed('try', { objects: [configMap('settings')], secrets: [key('password')] });
    const before = data();
    rig.cluster.before = ({ name, verb, isDryRun }) =>
      name === 'new' && verb === 'apply' && !isDryRun ? new ObjectRefusedError('too much', 403, 'quota') : undefined;
    const changed = { objects: [deployment('new')], secrets: [key('token')] };
    const ended = await rig.deployed('try', changed, { onFailure: 'rollback' });
    expect(textOf(ended)).toContain('Revision 1 was put back.');
    expect(data()).toEqual(before);
    rig.cluster.before = () => undefined;
    expect(await rig.deployed('try', changed)).toMatchObject({ state: 'succeeded' });
    expect(Object.keys(data())).toEqual(['token']);
  });
});
