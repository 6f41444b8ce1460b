import { expect, it } from '@jest/globals';
import { CompareObjects } from '../../src/stacks/releases/compare-objects.service.js';
import { FindDrift } from '../../src/stacks/releases/find-drift.service.js';
import { ReleaseSecrets } from '../../src/stacks/releases/release-secrets.service.js';
import { MemoryReleaseRecords } from '../support/memory-release-records.js';
import { ReleaseRig } from '../support/release-rig.js';

const job = (name: string, more: object) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'shop' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'web:1' }] } }, ...more },
});

it('a Job that goes some time after its end has not drifted when it is gone, and another one has', async () => {
  const rig = new ReleaseRig(new MemoryReleaseRecords());
  const jobs = [job('passing', { ttlSecondsAfterFinished: 60 }), job('lasting', {})];
  expect(await rig.deployed('try', { objects: jobs })).toMatchObject({ state: 'succeeded' });
  for (const { apiVersion, kind, metadata } of jobs) rig.cluster.remove({ apiVersion, kind, ...metadata });
  const comparing = new CompareObjects(rig.cluster, rig.resized());
  const finding = new FindDrift(comparing, new ReleaseSecrets(rig.cluster), rig.cluster);
  const [revision] = await rig.records.revisions('try', [1]);
  if (!revision) throw new Error('It was deployed');
  const drifted = await finding.find({ name: 'try', namespace: 'shop' }, revision);
  expect(drifted.map(({ diff }) => diff.ref.name)).toEqual(['lasting']);
});
