import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import type { LabelPredicate } from '../core/label-selector.js';
import { ProblemError } from '../platform/errors.js';
import { pageOf } from '../platform/http/paging.js';
import type { NamespaceListQuery, NodeListQuery, PodListQuery, WorkloadListQuery } from './cluster-filters.schema.js';
import { ClusterVersion } from './cluster-version.js';
import { ClusterView } from './cluster-view.js';
import type { Cluster } from './cluster.schema.js';
import type { NodeDetails, NodeList } from './node.schema.js';
import type { PodDetails, PodList } from './pod.schema.js';
import { instantOf, presentNamespace, presentNode, presentPod, presentWatch, presentWorkload } from './present.js';
import { OWNERS } from './watched-resources.js';
import type { NamespaceList, WorkloadList } from './workload.schema.js';

type Seer = Pick<Caller, 'namespaces'>;

const WORKLOADS = ['pods', ...OWNERS.map(({ resource }) => resource.resource)];

/** What the cluster is, as the API answers it: from memory, with the age of the answer, each caller's namespaces alone. */
@Injectable()
export class ClusterService {
  constructor(
    private readonly view: ClusterView,
    private readonly version: ClusterVersion,
  ) {}

  getCluster(): Cluster {
    const freshness = this.freshness(['nodes', 'namespaces', 'pods']);
    const nodes = this.view.nodes();
    const version = this.version.last();
    return {
      ...(version === undefined ? {} : { version }),
      nodes: {
        total: nodes.length,
        ready: nodes.filter(({ isReady }) => isReady).length,
        unschedulable: nodes.filter(({ unschedulable }) => unschedulable).length,
      },
      namespaces: this.view.namespaces().length,
      pods: this.view.pods().length,
      watches: this.view.freshness().watches.map(presentWatch),
      ...freshness,
    };
  }

  listNodes(query: NodeListQuery): NodeList {
    const freshness = this.freshness(['nodes']);
    const { items, ...page } = pageOf(this.view.nodes().filter(matching(query)), query, ({ name }) => [name]);
    return { items: items.map(presentNode), ...page, ...freshness };
  }

  getNode(name: string): NodeDetails {
    const freshness = this.freshness(['nodes']);
    const node = this.view.node(name);
    if (!node) throw new ProblemError('NOT_FOUND', `There is no node ${name}`);
    return { ...presentNode(node), ...freshness };
  }

  listNamespaces(query: NamespaceListQuery, caller: Seer): NamespaceList {
    const freshness = this.freshness(['namespaces']);
    const visible = this.view.namespaces().filter(({ name }) => sees(caller, name));
    const { items, ...page } = pageOf(visible.filter(matching(query)), query, ({ name }) => [name]);
    return { items: items.map(presentNamespace), ...page, ...freshness };
  }

  listWorkloads(query: WorkloadListQuery, caller: Seer): WorkloadList {
    const freshness = this.freshness(WORKLOADS);
    const visible = this.view
      .workloads()
      .filter(({ namespace }) => sees(caller, namespace) && (query.namespace ?? namespace) === namespace);
    const keyOf = ({ namespace, kind, name }: (typeof visible)[number]) => [namespace, kind, name];
    const { items, ...page } = pageOf(visible.filter(matching(query)), query, keyOf);
    return { items: items.map(presentWorkload), ...page, ...freshness };
  }

  listPods(query: PodListQuery, caller: Seer): PodList {
    const freshness = this.freshness(['pods']);
    const { namespace, node, workload, labelSelector: matchesLabels, search } = query;
    const filter = { namespace, node, workload, matchesLabels, search, visibleNamespaces: caller.namespaces };
    const { items, ...page } = pageOf(this.view.pods(filter), query, (pod) => [pod.namespace, pod.name]);
    return { items: items.map((pod) => presentPod(pod, this.view.workloadOf(pod))), ...page, ...freshness };
  }

  getPod(namespace: string, name: string, caller: Seer): PodDetails {
    const freshness = this.freshness(['pods']);
    const pod = sees(caller, namespace) ? this.view.pod(namespace, name) : undefined;
    if (!pod) throw new ProblemError('NOT_FOUND', `There is no pod ${name} in namespace ${namespace}`);
    return { ...presentPod(pod, this.view.workloadOf(pod)), ...freshness };
  }

  /** @throws ProblemError 503 while these have never been read: an empty answer would be a lie */
  private freshness(resources: readonly string[]): { asOf: string; staleSeconds: number } {
    const { asOfMs, staleMs = 0 } = this.view.freshness(resources);
    if (asOfMs === undefined)
      throw new ProblemError('UNAVAILABLE', 'The cluster has not been read yet; see part cluster of /readyz');
    return { asOf: instantOf(asOfMs), staleSeconds: Math.max(0, staleMs) / 1000 };
  }
}

function sees({ namespaces }: Seer, namespace: string): boolean {
  return namespaces === undefined || namespaces.includes(namespace);
}

/** Whether an object has the labels and the part of a name that a query asks for. */
function matching(query: {
  readonly labelSelector?: LabelPredicate | undefined;
  readonly search?: string | undefined;
}) {
  const search = query.search?.toLowerCase();
  return ({ name, labels }: { readonly name: string; readonly labels: Readonly<Record<string, string>> }): boolean =>
    (search === undefined || name.toLowerCase().includes(search)) && (query.labelSelector?.(labels) ?? true);
}
