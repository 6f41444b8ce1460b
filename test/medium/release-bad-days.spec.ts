import { beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterUnreachableError, ObjectRefusedError } from '../../src/stacks/objects/cluster-objects.errors.js';
import { CompareObjects } from '../../src/stacks/releases/compare-objects.service.js';
import { asMember } from '../../src/stacks/releases/core/as-member.js';
import { membershipOf } from '../../src/stacks/releases/apply-set.js';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import { MemoryReleaseRecords } from '../support/memory-release-records.js';
import { configMap, deployment } from '../support/release-objects.js';
import { ReleaseRig, type Ended } from '../support/release-rig.js';

const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const SETTINGS = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };
const SHOP = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' };
const contents = (...objects: ManifestObject[]) => ({ objects });

let rig: ReleaseRig;
beforeEach(() => {
  rig = new ReleaseRig(new MemoryReleaseRecords());
});

const textOf = (ended: Ended): string =>
  ended.state === 'failed' ? ended.error.message : ended.state === 'partial' ? ended.reason : '';
const applied = (): string[] =>
  rig.cluster.calls.filter((call) => call.startsWith('apply') && !call.endsWith('(dry run)'));

describe('before anything is applied', () => {
  it('a namespace that is being deleted is told', async () => {
    rig.cluster.holdsDeletions = true;
    await rig.cluster.delete(SHOP, undefined);
    const ended = await rig.deployed('try', contents(configMap('settings')));
    expect(textOf(ended)).toContain(
      'Nothing was applied. ConfigMap shop/settings: The namespace shop is being deleted',
    );
    expect(applied()).toEqual([]);
    expect(await rig.records.find('try')).toMatchObject({ state: 'failed' });
  });

  it('a refusal is told, and what is deployed stands', async () => {
    await rig.deployed('try', contents(configMap('settings', { a: '1' })));
    const before = applied().length;
    rig.cluster.before = ({ isDryRun }) =>
      isDryRun ? new ObjectRefusedError('policy.example denied the request', 400, 'admission') : undefined;
    const ended = await rig.deployed('try', contents(configMap('settings', { a: '2' })), { onFailure: 'remove' });
    expect(textOf(ended)).toContain('ConfigMap shop/settings: policy.example denied the request');
    expect(applied()).toHaveLength(before);
    expect(await rig.records.find('try')).toMatchObject({ state: 'deployed', deployed: 1, newest: 2 });
    expect((await rig.records.revisions('try', [2]))[0]).toMatchObject({ outcome: 'failed' });
    expect(rig.cluster.peek(SETTINGS)).toMatchObject({ data: { a: '1' } });
  });

  it('the rights that Quartermaster lacks are told as the rule to add', async () => {
    rig.cluster.may = ({ resource, verb }) => resource !== 'deployments' || verb === 'get';
    const ended = await rig.deployed('try', contents(configMap('settings'), deployment('web')));
    expect(textOf(ended)).toContain(
      'in a Role of the namespace shop: {apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"], verbs: ["create","delete","patch"]}',
    );
    expect(applied()).toEqual([]);
  });

  it('a right to the very object is enough', async () => {
    rig.cluster.may = ({ resource, verb, name }) => verb !== 'list' && (resource !== 'deployments' || name === 'web');
    expect(await rig.deployed('try', contents(deployment('web')))).toMatchObject({ state: 'succeeded' });
  });

  it('a kind that the cluster does not serve is told', async () => {
    const odd = { ...configMap('odd'), apiVersion: 'example.com/v1', kind: 'Odd' };
    expect(textOf(await rig.deployed('try', contents(odd)))).toContain(
      'The cluster does not serve Odd of example.com/v1',
    );
  });

  it('what somebody else writes between a look and its dry run is no difference', async () => {
    const membership = membershipOf({ name: 'try', namespace: 'shop' });
    const member = asMember(configMap('settings'), membership);
    await rig.cluster.apply(member, { fieldManager: 'quartermaster' });
    let writes = 0;
    rig.cluster.before = ({ isDryRun }) => {
      const noted = {
        ...configMap('settings'),
        metadata: { name: 'settings', namespace: 'shop', annotations: { noted: 'yes' } },
      };
      if (isDryRun && (writes += 1) === 1) rig.cluster.seed(noted, 'a-controller');
      return undefined;
    };
    const [compared] = await new CompareObjects(rig.cluster, rig.resized()).compare([member], membership);
    expect(writes).toBe(2);
    expect(compared?.diff).toMatchObject({ action: 'none', fields: [] });
  });

  it('namespaces and kinds that come with the release itself are not asked about', async () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'odds.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Odd', plural: 'odds', singular: 'odd', listKind: 'OddList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    };
    const odd = { ...configMap('odd', {}, 'own'), apiVersion: 'example.com/v1', kind: 'Odd' };
    const own = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'own' } };
    rig.cluster.before = ({ kind, isDryRun, verb }) => {
      if (verb === 'apply' && kind === 'CustomResourceDefinition' && !isDryRun)
        rig.cluster.serve({ group: 'example.com', version: 'v1', kind: 'Odd', plural: 'odds', isNamespaced: true });
      return undefined;
    };
    const ended = await rig.deployed('try', contents(odd, configMap('settings', {}, 'own'), definition, own));
    expect(ended).toMatchObject({ state: 'succeeded' });
    expect(applied().map((call) => call.split(' ')[1])).toEqual([
      'ConfigMap', // the parent of the set
      'Namespace',
      'CustomResourceDefinition',
      'ConfigMap',
      'Odd',
      'ConfigMap', // the parent again
    ]);
    await rig.remove('try', await rig.claim('try', 'remove'));
    expect(rig.cluster.peek({ apiVersion: 'v1', kind: 'Namespace', name: 'own' })).toBeDefined();
  });

  it('an object that is there already is taken with force alone, and that of another release never', async () => {
    rig.cluster.seed(configMap('settings', { a: 'theirs' }));
    const ours = contents(configMap('settings', { a: 'ours' }));
    expect(textOf(await rig.deployed('try', ours))).toContain('belongs to no release; `force: true` takes it over');
    expect(rig.cluster.peek(SETTINGS)).toMatchObject({ data: { a: 'theirs' } });
    expect(await rig.deployed('try', ours, { force: true })).toMatchObject({ state: 'succeeded' });
    expect(rig.cluster.peek(SETTINGS)).toMatchObject({ data: { a: 'ours' } });
    expect(textOf(await rig.deployed('other', ours, { force: true }))).toContain('it belongs to the release try');
  });

  it("another manager's field is told with its owner, and taken with force alone", async () => {
    await rig.deployed('try', contents(deployment('web')));
    rig.cluster.editAs('kubectl-edit', WEB, { spec: { replicas: 5 } });
    const changed = contents(deployment('web', 'web:2', 2));
    expect(textOf(await rig.deployed('try', changed))).toMatch(/spec\.replicas belongs to kubectl-edit; `force: true`/);
    expect(rig.cluster.peek(WEB)).toMatchObject({ spec: { replicas: 5 } });
    expect(await rig.deployed('try', changed, { force: true })).toMatchObject({ state: 'succeeded' });
    expect(rig.cluster.peek(WEB)).toMatchObject({ spec: { replicas: 2 } });
  });

  it('an immutable field is told, and with replace the object is made anew', async () => {
    await rig.deployed('try', contents(deployment('web')));
    const uid = rig.cluster.peek(WEB)?.metadata['uid'];
    const other = deployment('web');
    const labels = { app: 'other' };
    const spec = { ...(other['spec'] as object), selector: { matchLabels: labels } };
    const changed = { ...other, spec: { ...spec, template: { ...Object(spec).template, metadata: { labels } } } };
    expect(textOf(await rig.deployed('try', contents(changed)))).toContain(
      '`replace: true` deletes it and makes it anew',
    );
    expect(rig.cluster.peek(WEB)?.metadata['uid']).toBe(uid);
    const membership = membershipOf({ name: 'try', namespace: 'shop' });
    const comparing = new CompareObjects(rig.cluster, rig.resized());
    const [compared] = await comparing.compare([asMember(changed, membership)], membership);
    expect(compared?.diff).toMatchObject({
      action: 'replace',
      fields: [
        { path: 'spec.selector.matchLabels.app', before: 'web', after: 'other' },
        { path: 'spec.template.metadata.labels.app', before: 'web', after: 'other' },
      ],
    });
    expect(await rig.deployed('try', contents(changed), { replace: true })).toMatchObject({ state: 'succeeded' });
    expect(rig.cluster.peek(WEB)).toMatchObject({ spec: { selector: { matchLabels: labels } } });
    expect(rig.cluster.peek(WEB)?.metadata['uid']).not.toBe(uid);
  });

  it("an object that has become somebody else's is not deleted to be made anew", async () => {
    await rig.deployed('try', contents(deployment('web')));
    const labels = { app: 'theirs' };
    const theirs = deployment('web');
    const spec = { ...(theirs['spec'] as object), selector: { matchLabels: labels } };
    const taken = { ...theirs, spec: { ...spec, template: { ...Object(spec).template, metadata: { labels } } } };
    let isTaken = false;
    rig.cluster.before = ({ verb, kind, isDryRun }) => {
      if (verb !== 'apply' || kind !== 'Deployment' || isDryRun || isTaken) return undefined;
      isTaken = true; // after everything was validated
      rig.cluster.remove(WEB);
      rig.cluster.seed(taken, 'quartermaster');
      return undefined;
    };
    const ended = await rig.deployed('try', contents(deployment('web', 'web:2')), { replace: true });
    expect(textOf(ended)).toContain("Deployment shop/web: it is not this release's any more, and was not deleted");
    expect(rig.cluster.peek(WEB)).toMatchObject({ spec: { selector: { matchLabels: labels } } });
  });

  it("a Secret that is somebody else's is never written", async () => {
    rig.cluster.seed({ ...configMap('app'), kind: 'Secret' });
    const secrets = [{ parameter: 'password', secret: 'app', key: 'password', generatedLength: 8 }];
    const ended = await rig.deployed('try', { objects: [], secrets }, { force: true });
    expect(textOf(ended)).toContain('Secret shop/app: it belongs to somebody else');
  });
});

describe('in the middle', () => {
  it('an API server that goes away delays a deployment, and ends it with the last attempt', async () => {
    const begun = await rig.begin('try', contents(configMap('settings'), deployment('web')));
    rig.cluster.before = ({ name, isDryRun }) =>
      name === 'web' && !isDryRun ? new ClusterUnreachableError('gone') : undefined;
    const first = await rig.deploy('try', begun);
    expect(first).toMatchObject({ state: 'failed', error: expect.any(ClusterUnreachableError) });
    expect(await rig.records.find('try')).toMatchObject({ claim: { run: begun.run } });
    const last = await rig.deploy('try', begun, {}, undefined, 12);
    expect(textOf(last)).toBe('The API server does not answer');
    const release = await rig.records.find('try');
    expect(release).toMatchObject({ state: 'failed', because: 'The API server does not answer' });
    expect(release).not.toHaveProperty('claim');
  });

  it('an API server that comes back is gone on with', async () => {
    const begun = await rig.begin('try', contents(configMap('settings'), deployment('web')));
    let refusals = 3;
    rig.cluster.before = () => (refusals-- > 0 ? new ClusterUnreachableError('gone') : undefined);
    for (let attempt = 1; attempt <= 3; attempt += 1)
      expect((await rig.deploy('try', begun, {}, undefined, attempt)).state).toBe('failed');
    expect(await rig.deploy('try', begun, {}, undefined, 4)).toMatchObject({ state: 'succeeded' });
  });

  it('what is not ready in time fails with the reason, and is kept unless told otherwise', async () => {
    rig.cluster.readyAtOnce = false;
    const ended = await rig.deployed('try', contents(deployment('web', 'web:1', 3)));
    expect(textOf(ended)).toMatch(
      /Revision 1 has failed: Not ready after .*: Deployment web: 0 of 3 ready, 3 not made yet\./,
    );
    expect(rig.cluster.peek(WEB)).toBeDefined();
    expect(await rig.records.find('try')).toMatchObject({ state: 'failed' });
  });

  it('another attempt takes over, and what the first one writes is refused', async () => {
    const begun = await rig.begin('try', contents(configMap('settings')));
    let other: Promise<Ended> | undefined;
    rig.cluster.before = ({ kind, isDryRun }) => {
      if (kind === 'ConfigMap' && isDryRun) other ??= rig.deploy('try', begun);
      return undefined;
    };
    const first = await rig.deploy('try', begun);
    const second = await other;
    expect(second).toMatchObject({ state: 'succeeded' });
    expect(textOf(first)).toContain('Another run has taken the release try');
    expect(await rig.records.find('try')).toMatchObject({ state: 'deployed' });
  });
});

describe('rolling back', () => {
  it('puts the last deployed revision back and keeps the values of secrets', async () => {
    const secrets = [{ parameter: 'password', secret: 'app', key: 'password', generatedLength: 8 }];
    await rig.deployed('try', { objects: [configMap('settings', { a: '1' }), deployment('web')], secrets });
    const password = rig.cluster.peek({ ...SETTINGS, kind: 'Secret', name: 'app' })?.['data'];
    rig.cluster.before = ({ name, verb, isDryRun }) =>
      name === 'new' && verb === 'apply' && !isDryRun ? new ObjectRefusedError('too much', 403, 'quota') : undefined;
    const changed = { objects: [configMap('settings', { a: '2' }), deployment('new')], secrets };
    const ended = await rig.deployed('try', changed, { onFailure: 'rollback' });
    expect(textOf(ended)).toBe('Revision 2 has failed: Deployment shop/new: too much. Revision 1 was put back.');
    expect(rig.cluster.peek(SETTINGS)).toMatchObject({ data: { a: '1' } });
    expect(rig.cluster.peek(WEB)).toBeDefined();
    expect(rig.cluster.peek({ ...SETTINGS, kind: 'Secret', name: 'app' })?.['data']).toEqual(password);
    expect(await rig.records.find('try')).toMatchObject({ state: 'deployed', deployed: 1, newest: 2 });
  });
});
