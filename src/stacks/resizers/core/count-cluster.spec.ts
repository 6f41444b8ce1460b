import { describe, expect, it } from '@jest/globals';
import type { ClusterNode, ClusterPod } from '../../../cluster/core/cluster-objects.js';
import { countCluster } from './count-cluster.js';

const node = (cpuMillicores: number) => ({ allocatable: { cpuMillicores } }) as ClusterNode;
const pod = (phase: string, containers: number, ephemeral = 0) =>
  ({
    phase,
    containers: Array.from({ length: containers }),
    ephemeralContainers: Array.from({ length: ephemeral }),
  }) as unknown as ClusterPod;

describe('what is counted', () => {
  const nodes = [node(3900), node(2900)];
  const pods = [pod('Running', 2, 1), pod('Pending', 1), pod('Succeeded', 4), pod('Failed', 4), pod('Unknown', 1)];
  it.each([
    ['nodes', 2],
    ['cores', 6],
    ['pods', 3],
    ['containers', 5],
  ] as const)('%s', (of, expected) => expect(countCluster(of, nodes, pods)).toBe(expected));
});
