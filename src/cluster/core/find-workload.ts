import type { Owner } from './cluster-objects.js';

/** Finds the owner of a ReplicaSet or Job in a namespace; undefined when it has none or is not known. */
export type FindOwner = (namespace: string, owned: Owner) => Owner | undefined;

/** Kinds that stand between a pod and what its author wrote. */
const BETWEEN = new Set(['ReplicaSet', 'Job']);

/**
 * The workload that a pod belongs to: its controller, or the controller of that when it is a ReplicaSet (Deployment) or Job (CronJob).
 * Undefined for a pod without a controller and for static pods, which the kubelet hangs on their Node.
 */
export function findWorkload(namespace: string, owner: Owner | undefined, findOwner: FindOwner): Owner | undefined {
  if (!owner || owner.kind === 'Node') return undefined;
  return BETWEEN.has(owner.kind) ? (findOwner(namespace, owner) ?? owner) : owner;
}

/** Whether an object that may own pods is a workload of its own, rather than a part of another one. */
export function isOutermost({ kind, owner }: { readonly kind: string; readonly owner?: Owner }): boolean {
  return owner === undefined || !BETWEEN.has(kind);
}
