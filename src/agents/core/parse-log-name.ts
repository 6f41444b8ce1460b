/**
 * What the names below /var/log/pods and /var/log/containers say. Names of pods and namespaces have no underscore, so the parts are told apart
 * (kubelet, pkg/kubelet/kuberuntime: BuildPodLogsDirectory, logSymlink).
 */
import type { PodOfContainer } from './inventory.js';

const FOLDER = /^([\da-z.-]+)_([\da-z.-]+)_([\da-zA-Z-]+)$/;
/** Old kubelets named the folder by the uid alone; that of a static pod is a hash. */
const UID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$|^[\da-f]{32}$/;
const LINK = /^([\da-z.-]+)_([\da-z.-]+)_([\da-z-]+)-([\da-f]{64})\.log$/;

/** A pod's log folder; undefined when the name is not one. */
export function parseLogFolder(name: string): { readonly podUid: string; readonly pod?: PodOfContainer } | undefined {
  const [, namespace, pod, podUid] = FOLDER.exec(name) ?? [];
  if (namespace && pod && podUid) return { podUid, pod: { namespace, pod, podUid } };
  return UID.test(name) ? { podUid: name } : undefined;
}

/** A link to a container's log; undefined when the name is not one. */
export function parseLogLink(name: string): { readonly container: string; readonly containerId: string } | undefined {
  const [, , , container, containerId] = LINK.exec(name) ?? [];
  return container && containerId ? { container, containerId } : undefined;
}
