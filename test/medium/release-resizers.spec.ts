import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import { membershipOf } from '../../src/stacks/releases/apply-set.js';
import { CompareObjects } from '../../src/stacks/releases/compare-objects.service.js';
import { asMember } from '../../src/stacks/releases/core/as-member.js';
import { MemoryReleaseRecords } from '../support/memory-release-records.js';
import { deployment } from '../support/release-objects.js';
import { ReleaseRig, type Ended } from '../support/release-rig.js';

const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const contents = (...objects: ManifestObject[]) => ({ objects });
const textOf = (ended: Ended): string => (ended.state === 'failed' ? ended.error.message : '');

let rig: ReleaseRig;
beforeEach(() => {
  rig = new ReleaseRig(new MemoryReleaseRecords());
});

describe('fields that a resizer has set', () => {
  const RESOURCES = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } };
  const sized = (cpu: string, image = 'web:1'): ManifestObject => {
    const object = deployment('web', image);
    const container = { name: 'web', image, resources: { requests: { cpu, memory: '1Gi' } } };
    const spec = object['spec'] as { template: object };
    return { ...object, spec: { ...spec, template: { ...spec.template, spec: { containers: [container] } } } };
  };
  const resize = async (cpu: string): Promise<void> => {
    const containers = [{ name: 'web', resources: { requests: { cpu } } }];
    const patch = { ...RESOURCES, spec: { template: { spec: { containers } } } };
    await rig.cluster.apply(patch, { fieldManager: 'quartermaster-resizer', force: true });
  };
  const container = (): unknown =>
    (rig.cluster.peek(WEB) as unknown as { spec: { template: { spec: { containers: unknown[] } } } }).spec.template.spec
      .containers[0];
  const withCpu = (cpu: string, image = 'web:1') => ({ image, resources: { requests: { cpu, memory: '1Gi' } } });

  beforeEach(async () => {
    rig.resizers.push({ kind: 'Deployment', namespace: 'shop', name: 'web' });
    expect(await rig.deployed('try', contents(sized('1')))).toMatchObject({ state: 'succeeded' });
    expect(container()).toMatchObject(withCpu('1'));
    await resize('2');
  });

  it.each([false, true])('are left to it by deployments (force: %s), and by what puts drift back', async (force) => {
    expect(await rig.deployed('try', contents(sized('3', 'web:2')), { force })).toMatchObject({ state: 'succeeded' });
    expect(container()).toMatchObject(withCpu('2', 'web:2'));
    const run = await rig.claim('try', 'correct');
    expect(await rig.deploy('try', { run, revision: 2 }, { work: 'correct' })).toMatchObject({ state: 'succeeded' });
    expect(container()).toMatchObject(withCpu('2', 'web:2'));
    await resize('4');
    expect(container()).toMatchObject(withCpu('4', 'web:2'));
  });

  it('are no difference', async () => {
    const membership = membershipOf({ name: 'try', namespace: 'shop' });
    const compare = new CompareObjects(rig.cluster, rig.resized());
    const [compared] = await compare.compare([asMember(sized('3'), membership)], membership);
    expect(compared).toMatchObject({ diff: { action: 'none' }, conflicts: [] });
  });

  it('are taken again once there is no resizer, without force, but not what belongs to others', async () => {
    rig.resizers.length = 0;
    expect(await rig.deployed('try', contents(sized('3')))).toMatchObject({ state: 'succeeded' });
    expect(container()).toMatchObject(withCpu('3'));
    await resize('2');
    rig.cluster.editAs('kubectl-edit', WEB, { spec: { replicas: 5 } });
    const ended = await rig.deployed('try', contents(sized('3')));
    expect(textOf(ended)).toContain('.spec.replicas belongs to kubectl-edit; `force: true`');
    expect(textOf(ended)).not.toContain('quartermaster-resizer');
    expect(container()).toMatchObject(withCpu('2'));
  });
});
