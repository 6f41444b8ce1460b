import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import { membershipOf } from '../../src/stacks/releases/apply-set.js';
import { asMember } from '../../src/stacks/releases/core/as-member.js';
import { eventually } from '../support/eventually.js';
import { MemoryReleaseRecords } from '../support/memory-release-records.js';
import { configMap, deployment, volumeClaim } from '../support/release-objects.js';
import { ReleaseRig, type Ended } from '../support/release-rig.js';

const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const SETTINGS = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };
const SHOP = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' };
const PARENT = { ...SETTINGS, name: 'quartermaster-release-try' };
const contents = (...objects: ManifestObject[]) => ({ objects });
const textOf = (ended: Ended): string => (ended.state === 'failed' ? ended.error.message : '');

let rig: ReleaseRig;
beforeEach(() => {
  rig = new ReleaseRig(new MemoryReleaseRecords());
});

describe('what is removed', () => {
  it('is what left the release, but never a volume', async () => {
    await rig.deployed('try', contents(configMap('settings'), volumeClaim('disk'), deployment('web')));
    expect(await rig.deployed('try', contents(deployment('web')))).toMatchObject({
      state: 'succeeded',
      result: { removed: 1 },
    });
    expect(rig.cluster.peek(SETTINGS)).toBeUndefined();
    expect(rig.cluster.peek({ ...SETTINGS, kind: 'PersistentVolumeClaim', name: 'disk' })).toBeDefined();
  });

  it('is found by whichever version of its kind is served today', async () => {
    await rig.deployed('try', contents({ ...deployment('web'), apiVersion: 'apps/v1beta2' })); // of an older cluster
    await rig.deployed('try', contents(deployment('web')));
    expect(await rig.remove('try', await rig.claim('try', 'remove'))).toMatchObject({ result: { removed: 1 } });
    expect(rig.cluster.peek(WEB)).toBeUndefined();
  });

  it('is told when a finalizer holds it', async () => {
    const held = configMap('settings');
    await rig.deployed('try', contents(held, deployment('web')));
    rig.cluster.editAs('someone', SETTINGS, { metadata: { finalizers: ['example.com/slow'] } });
    const ended = await rig.deployed('try', contents(deployment('web')));
    expect(ended).toMatchObject({
      state: 'partial',
      reason: 'ConfigMap shop/settings is being deleted and waits for its finalizers example.com/slow',
    });
    const removal = await rig.remove('try', await rig.claim('try', 'remove'));
    expect(textOf(removal)).toContain('waits for its finalizers example.com/slow');
    expect(await rig.records.find('try')).toMatchObject({ state: 'failed' });
    rig.cluster.editAs('someone', SETTINGS, { metadata: { finalizers: null } });
    expect(await rig.remove('try', await rig.claim('try', 'remove'))).toMatchObject({ state: 'succeeded' });
    expect(await rig.records.find('try')).toBeUndefined();
    expect(rig.cluster.peek(PARENT)).toBeUndefined();
  });

  it('is nothing that belongs to others, whatever its name', async () => {
    await rig.deployed('try', contents(configMap('settings'), deployment('web')));
    await rig.cluster.delete(SETTINGS, undefined);
    rig.cluster.seed(configMap('settings', { a: 'theirs' }));
    expect(await rig.remove('try', await rig.claim('try', 'remove'))).toMatchObject({
      state: 'succeeded',
      result: { removed: 1, kept: [] },
    });
    expect(rig.cluster.peek(SETTINGS)).toMatchObject({ data: { a: 'theirs' } });
    expect(rig.cluster.peek(WEB)).toBeUndefined();
  });

  it('is found though the records forgot it and the parent lost its list', async () => {
    await rig.deployed('try', contents(configMap('settings'), deployment('web')));
    rig.cluster.editAs('someone', PARENT, { data: null });
    await rig.remove('try', await rig.claim('try', 'remove'));
    expect(rig.cluster.peek(WEB)).toBeUndefined();
  });

  it('is found by the parent when the records have forgotten it, without listing anything', async () => {
    await rig.deployed('try', contents(configMap('settings'), deployment('web')));
    const other = new ReleaseRig(new MemoryReleaseRecords(), 'shop', rig.cluster);
    await other.begin('try', contents(deployment('web'))).then((begun) => other.deploy('try', begun));
    expect(rig.cluster.peek(SETTINGS)).toBeUndefined();
    expect(rig.cluster.calls.filter((call) => call.startsWith('list') && !call.startsWith('list Namespace'))).toEqual(
      [],
    );
  });

  it('are volumes with data=delete alone, and a namespace that was made for it when nothing else is in it', async () => {
    const label = (name: string) =>
      rig.cluster.seed(
        asMember(
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
          membershipOf({ name: 'try', namespace: name }),
        ),
        'quartermaster',
      );
    label('shop');
    const disk = { ...SETTINGS, kind: 'PersistentVolumeClaim', name: 'disk' };
    await rig.deployed('try', contents(volumeClaim('disk'), deployment('web')));
    expect(await rig.remove('try', await rig.claim('try', 'remove'))).toMatchObject({
      result: { removed: 1, kept: ['PersistentVolumeClaim shop/disk'] },
    });
    expect(rig.cluster.peek(disk)).toBeDefined();
    await rig.deployed('try', contents(volumeClaim('disk'), deployment('web')));
    const foreign = rig.cluster.seed(configMap('theirs'));
    expect(await rig.remove('try', await rig.claim('try', 'remove'), 'delete')).toMatchObject({
      result: { kept: ['Namespace shop'] },
    });
    expect(rig.cluster.peek(disk)).toBeUndefined();
    expect(rig.cluster.peek(SHOP)).toBeDefined();
    await rig.cluster.delete({ ...SETTINGS, name: foreign.metadata.name }, undefined);
    await rig.deployed('try', contents(deployment('web')));
    await rig.remove('try', await rig.claim('try', 'remove'), 'delete');
    expect(rig.cluster.peek(SHOP)).toBeUndefined();
  });

  it('are namespaces in which only what goes by itself is left for a moment, as soon as it is gone', async () => {
    rig.cluster.seed(
      asMember(
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
        membershipOf({ name: 'try', namespace: 'shop' }),
      ),
      'quartermaster',
    );
    await rig.deployed('try', contents(deployment('web')));
    const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace: 'shop', name: 'web-1' };
    const { name, namespace, ...type } = slice;
    const owner = { apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'gone' };
    rig.cluster.seed({ ...type, metadata: { name, namespace, ownerReferences: [owner] } });
    const removal = rig.remove('try', await rig.claim('try', 'remove'), 'delete');
    await eventually('the slice is seen', () =>
      rig.cluster.calls.some((call) => call.startsWith('list EndpointSlice')),
    );
    expect(rig.cluster.peek(SHOP)).toBeDefined();
    rig.cluster.remove(slice);
    expect(await removal).toMatchObject({ state: 'succeeded', result: { kept: [] } });
    expect(rig.cluster.peek(SHOP)).toBeUndefined();
  });
});
