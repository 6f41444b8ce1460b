import { MemoryClusterObjects } from '../support/memory-cluster-objects.js';
import { describeClusterObjects } from './cluster-objects.contract.js';

describeClusterObjects('in memory', async () => {
  const objects = new MemoryClusterObjects();
  const away = new MemoryClusterObjects();
  away.isAway = true;
  return {
    objects,
    away,
    namespace: 'contract',
    editAs: async (manager, ref, patch) => objects.editAs(manager, ref, patch),
    stop: async () => undefined,
  };
});
