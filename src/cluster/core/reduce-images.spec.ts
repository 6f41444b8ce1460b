import { describe, expect, it } from '@jest/globals';
import { Interner } from './interner.js';
import { reducePod } from './reduce-pod.js';
import { reduceWorkload } from './reduce-workload.js';

const metadata = { name: 'web', namespace: 'shop' };
const spec = {
  containers: [
    { name: 'app', image: 'web:2' },
    { name: 'twin', image: 'web:2' },
  ],
  initContainers: [{ name: 'setup', image: 'setup:1' }],
  volumes: [{ name: 'data' }, { name: 'model', image: { reference: 'models/small:3' } }],
};
const template = { metadata: {}, spec };

describe('the images of a workload', () => {
  it.each([
    ['Deployment', { spec: { replicas: 0, template } }],
    ['StatefulSet', { spec: { template } }],
    ['DaemonSet', { spec: { template } }],
    ['ReplicaSet', { spec: { replicas: 3, template } }],
    ['ReplicationController', { spec: { replicas: 0, template } }],
    ['Job', { spec: { suspend: true, template } }],
    ['CronJob', { spec: { jobTemplate: { spec: { template } } } }],
  ])('are those of the pod template of a %s, each once', (kind, body) => {
    expect(reduceWorkload(kind, { metadata, ...body }, new Interner())?.images).toEqual([
      'web:2',
      'setup:1',
      'models/small:3',
    ]);
  });

  it('are one list in memory for all that need the same', () => {
    const interner = new Interner();
    const [one, other] = ['a', 'b'].map((name) =>
      reduceWorkload('Deployment', { metadata: { ...metadata, name }, spec: structuredClone({ template }) }, interner),
    );
    expect(one?.images).toBe(other?.images);
  });

  it('are absent where there is no template', () => {
    expect(reduceWorkload('Deployment', { metadata, spec: {} }, new Interner())).not.toHaveProperty('images');
  });
});

describe('the images of a pod', () => {
  it('include image volumes and ephemeral containers', () => {
    const pod = { metadata, spec: { ...spec, ephemeralContainers: [{ name: 'debug', image: 'busybox' }] }, status: {} };
    expect(reducePod(pod, new Interner())?.otherImages).toEqual(['busybox', 'models/small:3']);
  });

  it('include what the runtime took for each', () => {
    const status = { containerStatuses: [{ name: 'app', imageID: 'docker.io/library/web@sha256:1' }] };
    const [app, twin] = reducePod({ metadata, spec, status }, new Interner())?.containers ?? [];
    expect(app?.imageId).toBe('docker.io/library/web@sha256:1');
    expect(twin).not.toHaveProperty('imageId');
  });
});
