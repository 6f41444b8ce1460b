import { Inject, Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import type { ClusterPod } from '../../cluster/core/cluster-objects.js';
import type { ObjectSelector } from '../metric-store.port.js';
import { LiveObjects } from './live-objects.port.js';

/** `kubelet`, `runtime`, `pods` and `misc`: as many system containers as a kubelet tells of. */
const SYSTEM_CONTAINERS = 4;

/** `LiveObjects` by the watch cache. */
@Injectable()
export class ClusterLiveObjects extends LiveObjects {
  constructor(@Inject(ClusterView) private readonly view: Pick<ClusterView, 'node' | 'nodes' | 'namespaces' | 'pods'>) {
    super();
  }

  override has(select: ObjectSelector): boolean {
    const { type, resource, node, namespace } = select;
    if (resource !== undefined) return false;
    if (type === 'node') return node !== undefined && this.view.node(node) !== undefined;
    if (type === 'ns') return isVisible(select) && this.view.namespaces().some(({ name }) => name === namespace);
    return (type === 'pod' || type === 'pod_container') && this.podsOf(select).length > 0;
  }

  override count(select: ObjectSelector): number {
    return Math.max(1, this.found(select));
  }

  private found(select: ObjectSelector): number {
    const { type, namespace, node, container, matchesLabels } = select;
    if (type === 'cluster') return 1;
    if (type === 'ns') return namespace === undefined ? (select.visibleNamespaces ?? this.view.namespaces()).length : 1;
    if (type === 'node') {
      return node === undefined ? this.view.nodes().filter(({ labels }) => matchesLabels?.(labels) ?? true).length : 1;
    }
    if (type === 'sys_container') {
      return (node === undefined ? this.view.nodes().length : 1) * (container === undefined ? SYSTEM_CONTAINERS : 1);
    }
    const pods = this.podsOf(select);
    if (type === 'pod') return pods.length;
    const containers = pods.flatMap((pod) => pod.containers);
    return containers.filter(({ name }) => container === undefined || name === container).length;
  }

  private podsOf({
    namespace,
    visibleNamespaces,
    node,
    workload,
    pod,
    container,
    matchesLabels,
  }: ObjectSelector): ClusterPod[] {
    return this.view
      .pods({ namespace, visibleNamespaces, node, workload, matchesLabels, search: pod })
      .filter(
        ({ name, containers }) =>
          (pod === undefined || name === pod) &&
          (container === undefined || containers.some((one) => one.name === container)),
      );
  }
}

function isVisible({ namespace, visibleNamespaces }: ObjectSelector): boolean {
  return visibleNamespaces === undefined || (namespace !== undefined && visibleNamespaces.includes(namespace));
}
