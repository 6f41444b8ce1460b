import type { ClusterNamespace, ClusterNode, ClusterPod, Owner, WorkloadObject } from './core/cluster-objects.js';
import { findWorkload, isOutermost } from './core/find-workload.js';
import { ObjectStore } from './object-store.js';
import { OWNERS } from './watched-resources.js';

/** The cluster's objects as last seen, with the ways to find them. */
export class WatchCache {
  readonly nodes = new ObjectStore<ClusterNode>();
  readonly namespaces = new ObjectStore<ClusterNamespace>();
  readonly pods = new ObjectStore<ClusterPod>({
    namespace: (pod) => pod.namespace,
    node: (pod) => pod.node,
    owner: (pod) => pod.owner && `${pod.owner.kind}/${pod.owner.name}`,
  });
  /** The kinds that own pods. */
  private readonly owners: ReadonlyMap<string, ObjectStore<WorkloadObject>> = new Map(
    OWNERS.map(({ kind }) => [
      kind,
      new ObjectStore<WorkloadObject>({ owner: ({ owner }) => owner && `${owner.kind}/${owner.name}` }),
    ]),
  );

  /** The objects of a kind that owns pods, such as `Deployment`. */
  ownersOf(kind: string): ObjectStore<WorkloadObject> {
    const store = this.owners.get(kind);
    if (!store) throw new Error(`${kind} is not watched`);
    return store;
  }

  /** Deployments, StatefulSets, DaemonSets and CronJobs, and the ReplicaSets and Jobs that nothing controls. */
  outermostOwners(): WorkloadObject[] {
    return this.allOwners().filter(isOutermost);
  }

  /** All objects of the kinds that own pods. */
  allOwners(): WorkloadObject[] {
    return [...this.owners.values()].flatMap((store) => store.all());
  }

  /** What the pod belongs to; see `findWorkload`. */
  workloadOf(pod: Pick<ClusterPod, 'namespace' | 'owner'>): Owner | undefined {
    return findWorkload(
      pod.namespace,
      pod.owner,
      (namespace, { kind, name }) => this.owners.get(kind)?.get({ namespace, name })?.owner,
    );
  }

  /** The pods of a workload such as `Deployment/web`, in every namespace that has one of this name, by namespace and name. */
  podsOfWorkload(workload: string): ClusterPod[] {
    const between = [...this.owners.values()].flatMap((store) => store.by('owner', workload));
    const owners = new Set([workload, ...between.map(({ kind, name }) => `${kind}/${name}`)]);
    const pods = [...owners].flatMap((owner) => this.pods.by('owner', owner));
    const belonging = pods.filter((pod) => {
      const owner = this.workloadOf(pod);
      return owner !== undefined && `${owner.kind}/${owner.name}` === workload;
    });
    return belonging.sort(byNamespaceAndName);
  }
}

function byNamespaceAndName(one: ClusterPod, other: ClusterPod): number {
  return compare(one.namespace, other.namespace) || compare(one.name, other.name);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
