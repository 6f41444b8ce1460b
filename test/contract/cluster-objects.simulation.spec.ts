import { SimulationFixture } from '../../sim/simulation.fixture.js';
import { clusterObjectsOf } from '../support/cluster-objects.js';
import { describeClusterObjects } from './cluster-objects.contract.js';

describeClusterObjects('a simulated cluster', async () => {
  const cluster = await SimulationFixture.start({ nodes: 1, podsPerNode: 3 });
  const at = clusterObjectsOf(cluster.simulation.kubeconfigPath);
  const ticks = setInterval(() => cluster.simulation.tick(), 50);
  return {
    ...at,
    namespace: 'contract',
    stop: async () => {
      clearInterval(ticks);
      await at.stop();
      await cluster.close();
    },
  };
});
