import { describe, expect, it } from '@jest/globals';
import type { ClusterPod } from '../../cluster/core/cluster-objects.js';
import { ObjectStore } from '../../cluster/object-store.js';
import { WantedContainers } from './wanted-containers.js';

function pod(name: string, containerId: string, state: 'running' | 'terminated' = 'running'): ClusterPod {
  const about = { namespace: 'shop', name, uid: name, phase: 'Running', isReady: true, isTerminating: false };
  const run = { name: 'main', type: 'main' as const, image: '', requests: {}, limits: {}, restartCount: 0 };
  const containers = [{ ...run, isReady: true, state, containerId }];
  return { ...about, createdAtMs: 0, labels: {}, hostNetwork: false, containers };
}

describe('the wanted containers', () => {
  const store = new ObjectStore<ClusterPod>();
  const view = {
    pods: () => store.all(),
    get podsRevision() {
      return store.revision;
    },
  };
  const selection = { isOff: false, notNamespaces: [] };
  const wanted = new WantedContainers(view, { selection, maxStreams: 10 });

  it('are chosen anew whenever a pod has come, changed or gone, and only then', () => {
    expect(wanted.now().running.size).toBe(0);
    store.put(pod('web', 'c1'));
    const first = wanted.now();
    expect([...first.running.keys()]).toEqual(['web/main']);
    expect(wanted.now()).toBe(first);
    store.put(pod('web', 'c1', 'terminated'));
    expect([...wanted.now().ended.keys()]).toEqual(['web/main']);
    expect(wanted.now().running.size).toBe(0);
    store.delete({ namespace: 'shop', name: 'web' });
    expect(wanted.now().ended.size).toBe(0);
  });
});
