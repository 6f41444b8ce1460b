import { Inject, Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import type { ObjectSelector } from '../metric-store.port.js';
import { LiveObjects } from './live-objects.port.js';

/** `LiveObjects` by the watch cache. */
@Injectable()
export class ClusterLiveObjects extends LiveObjects {
  constructor(@Inject(ClusterView) private readonly view: Pick<ClusterView, 'node' | 'namespaces' | 'pods'>) {
    super();
  }

  override has(select: ObjectSelector): boolean {
    const { type, resource, node, namespace } = select;
    if (resource !== undefined) return false;
    if (type === 'node') return node !== undefined && this.view.node(node) !== undefined;
    if (type === 'ns') return isVisible(select) && this.view.namespaces().some(({ name }) => name === namespace);
    return (type === 'pod' || type === 'pod_container') && this.hasPod(select);
  }

  private hasPod({ namespace, visibleNamespaces, node, workload, pod, container }: ObjectSelector): boolean {
    return this.view
      .pods({ namespace, visibleNamespaces, node, workload, search: pod })
      .some(
        ({ name, containers }) =>
          (pod === undefined || name === pod) &&
          (container === undefined || containers.some((one) => one.name === container)),
      );
  }
}

function isVisible({ namespace, visibleNamespaces }: ObjectSelector): boolean {
  return visibleNamespaces === undefined || (namespace !== undefined && visibleNamespaces.includes(namespace));
}
