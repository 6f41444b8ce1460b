import type { ManifestObject } from '../../../core/manifest-object.js';
import { digestOf } from '../../../core/render/digest-of.js';
import type { HostMount } from './ha-facts.js';

/** The annotation by which a mirror pod tells which manifest its kubelet runs. */
export const MANIFEST_DIGEST = 'quartermaster.io/manifest-digest';

/** `system-node-critical`: a kubelet does not look the class up, so that a static pod names the number too. */
const NODE_CRITICAL = 2_000_001_000;

/** What one component's pod is made of. */
export interface PodParts {
  readonly name: string;
  readonly mounts: readonly HostMount[];
  /** Of the only container, besides its name and its mounts. */
  readonly container: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Of the pod, besides what every one has. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

/**
 * A static pod of the control plane as kubeadm shapes them (v1.34, `cmd/kubeadm/app/util/staticpod/utils.go`): on the node's network, critical for the node, with the runtime's
 * seccomp profile, labelled by component and tier.
 */
export function componentPod({ name, mounts, container, annotations = {}, spec = {} }: PodParts): ManifestObject {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'kube-system',
      labels: { component: name, tier: 'control-plane' },
      annotations,
    },
    spec: {
      hostNetwork: true,
      priority: NODE_CRITICAL,
      priorityClassName: 'system-node-critical',
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      ...spec,
      containers: [
        {
          name,
          imagePullPolicy: 'IfNotPresent',
          ...container,
          volumeMounts: mounts.map(({ name: volume, mountPath, readOnly }) => ({ name: volume, mountPath, readOnly })),
        },
      ],
      volumes: volumesOf(mounts),
    },
  };
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations: { ...annotations, [MANIFEST_DIGEST]: digestOf(pod) } },
  };
}

/** A volume may be mounted twice and stands once. */
function volumesOf(mounts: readonly HostMount[]): readonly object[] {
  const volumes = new Map(
    mounts.map(({ name, path, type }) => [name, { name, hostPath: { path, ...(type === undefined ? {} : { type }) } }]),
  );
  return [...volumes.values()];
}
