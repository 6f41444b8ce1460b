import type { ManifestObject } from '../../core/manifest-object.js';
import { readField, readList, readText } from '../../core/read-field.js';
import type { ControlPlaneFacts, ControlPlaneNode } from './control-plane-facts.js';

const ROLES = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

/** What a control plane asks of a Node. */
export function readNode(node: ManifestObject): ControlPlaneNode {
  const labels = node.metadata.labels ?? {};
  const zone = labels['topology.kubernetes.io/zone'];
  return {
    name: node.metadata.name,
    isControlPlane: ROLES.some((role) => Object.hasOwn(labels, role)),
    isReady: readList(node, 'status', 'conditions').some(
      (condition) => readField(condition, 'type') === 'Ready' && readField(condition, 'status') === 'True',
    ),
    ...(zone === undefined ? {} : { zone }),
    addresses: readList(node, 'status', 'addresses').map((address) => readText(address, 'address')),
    kubeletVersion: readText(node, 'status', 'nodeInfo', 'kubeletVersion'),
  };
}

const PROVIDERS = [
  { by: 'EKS', suffix: /-eks-/, label: 'eks.amazonaws.com/' },
  { by: 'GKE', suffix: /-gke\./, label: 'cloud.google.com/gke-' },
  { by: 'AKS', suffix: /-aks/, label: 'kubernetes.azure.com/' },
] as const;

/**
 * Whose managed cluster these nodes belong to, by the kubelet's version (`v1.33.1-eks-1a2b`, `v1.33.1-gke.100`) and the labels that the provider sets. A `providerID`
 * alone (`aws://`) also stands on self-managed nodes, so that it decides nothing.
 */
export function managedBy(nodes: readonly ManifestObject[]): ControlPlaneFacts['managedBy'] {
  return PROVIDERS.find(({ suffix, label }) =>
    nodes.some(
      (node) =>
        suffix.test(readText(node, 'status', 'nodeInfo', 'kubeletVersion')) ||
        Object.keys(node.metadata.labels ?? {}).some((key) => key.startsWith(label)),
    ),
  )?.by;
}
