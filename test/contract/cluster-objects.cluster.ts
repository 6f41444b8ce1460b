import { join } from 'node:path';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { clusterObjectsOf } from '../support/cluster-objects.js';
import { RealCluster } from '../support/real-cluster.js';
import { describeClusterObjects } from './cluster-objects.contract.js';

describeClusterObjects('a real cluster', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'objects-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, RealCluster.open().config.exportConfig(), { mode: 0o600 });
  const at = clusterObjectsOf(kubeconfig);
  return {
    ...at,
    namespace: `objects-${process.pid}`,
    stop: async () => {
      await at.stop();
      rmSync(folder, { recursive: true });
    },
  };
});
