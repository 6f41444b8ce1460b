import { Injectable } from '@nestjs/common';
import type { BoundPod } from '../auth/core/identify-agent.js';
import { PodNodes } from '../auth/pod-nodes.port.js';
import { ClusterView } from './cluster-view.js';

/** The nodes of the pods that the view holds. */
@Injectable()
export class ViewPodNodes extends PodNodes {
  constructor(private readonly view: ClusterView) {
    super();
  }

  nodeOf({ namespace, name, uid }: BoundPod): string | undefined {
    const pod = this.view.pod(namespace, name);
    return pod?.uid === uid ? pod.node : undefined;
  }
}
