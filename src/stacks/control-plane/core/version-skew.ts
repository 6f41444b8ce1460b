import type { ComponentReplica, ControlPlaneNode } from './control-plane-facts.js';

/** How many minor versions a kubelet may be older than the API servers (Kubernetes' version skew policy, 1.28 and later). */
const KUBELET_LAG = 3;

/** What is too new or too old for its API servers by Kubernetes' version skew policy; empty when their version is not known. */
export function versionSkew(
  replicas: readonly ComponentReplica[],
  nodes: readonly ControlPlaneNode[],
): readonly string[] {
  const minors = replicas
    .filter(({ component }) => component === 'kube-apiserver')
    .flatMap(({ version }) => minorOf(version) ?? []);
  if (minors.length === 0) return [];
  const [oldest, newest] = [Math.min(...minors), Math.max(...minors)];
  const skewed = newest - oldest > 1 ? [`API servers from 1.${oldest} to 1.${newest}`] : [];
  for (const { component, pod, version } of replicas) {
    const minor = minorOf(version);
    if (minor === undefined || component === 'etcd' || component === 'kube-apiserver') continue;
    if (minor > oldest || minor < newest - 1) skewed.push(`${pod} (${version})`);
  }
  for (const { name, kubeletVersion } of nodes) {
    const minor = minorOf(kubeletVersion);
    if (minor !== undefined && (minor > oldest || minor < newest - KUBELET_LAG))
      skewed.push(`kubelet of ${name} (${kubeletVersion})`);
  }
  return skewed;
}

function minorOf(version: string | undefined): number | undefined {
  const minor = /^v?1\.(\d+)/.exec(version ?? '')?.[1];
  return minor === undefined ? undefined : Number(minor);
}
