import { parse } from 'yaml';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import type { MemoryClusterObjects } from './memory-cluster-objects.js';
import type { MemoryStaticPods } from './memory-static-pods.js';

const SYSTEM = 'kube-system';

/** Has the kubelets of nodes run the static pods that are written: each is told of by a mirror pod. @param isReady whether that manifest comes up */
export function mirrorPods(
  cluster: MemoryClusterObjects,
  pods: MemoryStaticPods,
  isReady: (node: string, pod: ManifestObject) => boolean = () => true,
): void {
  pods.written = (node, fileName, manifest) => {
    if (manifest === undefined) {
      const gone = `${fileName.replace(/\.yaml$/, '')}-${node}`;
      cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace: SYSTEM, name: gone });
      return;
    }
    const pod = parse(manifest) as ManifestObject & { readonly spec: object };
    const name = `${pod.metadata.name}-${node}`;
    const annotations = { ...pod.metadata.annotations, 'kubernetes.io/config.mirror': 'd0' };
    cluster.seed(
      { ...pod, metadata: { ...pod.metadata, name, annotations }, spec: { ...pod.spec, nodeName: node } },
      'kubelet',
    );
    const status = isReady(node, pod) ? 'True' : 'False';
    cluster.setStatus(
      { apiVersion: 'v1', kind: 'Pod', namespace: SYSTEM, name },
      { phase: 'Running', conditions: [{ type: 'Ready', status }] },
    );
  };
}

/** Has somebody hold the Lease of a component from now on. */
export function leads(cluster: MemoryClusterObjects, component: string, node: string): void {
  cluster.seed({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: component, namespace: SYSTEM },
    spec: { holderIdentity: `${node}_6f0b9e`, renewTime: new Date().toISOString(), leaseDurationSeconds: 3600 },
  });
}

/** Has the cluster have nodes, and the namespace of its control plane. */
export function seedNodes(cluster: MemoryClusterObjects, names: readonly string[]): void {
  cluster.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM } });
  for (const name of names)
    cluster.seed({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      status: {
        addresses: [{ type: 'InternalIP', address: `10.0.0.${name.at(-1)}` }],
        nodeInfo: { kubeletVersion: 'v1.34.1' },
      },
    });
}
