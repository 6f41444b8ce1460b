import { Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import type { ClusterPod } from '../../cluster/core/cluster-objects.js';
import { Clock } from '../../platform/clock.js';
import type { ClusterFacts, NodePod, ReferencedImage } from '../core/node-state.js';

/** References are gathered over all pods and workloads, which takes 20 ms of a large cluster: for so long they do for several nodes. */
const REFERENCES_KEPT_MS = 1_000;

/** What the API server says, as plans take it. */
@Injectable()
export class GcClusterFacts {
  #references: { readonly atMs: number; readonly images: readonly ReferencedImage[] } | undefined;

  constructor(
    private readonly view: ClusterView,
    private readonly clock: Clock,
  ) {}

  /** The facts for one node. They are synced only when every kind that may refer to images was listed, also those that the rights may not allow. */
  of(node: string): ClusterFacts {
    const freshness = this.view.freshness();
    const instants = freshness.watches.map(({ asOfMs }) => asOfMs ?? 0);
    return {
      isSynced: this.#isSynced(freshness),
      currentAtMs: Math.min(...instants),
      pods: this.view.podsOnNode(node).map(nodePod),
      referencedImages: this.references(),
    };
  }

  /** Every image that a pod or a workload refers to, once for each reference; who refers to it is the first that was found, workloads before pods. */
  references(): readonly ReferencedImage[] {
    const nowMs = this.clock.now();
    if (this.#references && nowMs - this.#references.atMs <= REFERENCES_KEPT_MS) return this.#references.images;
    const users = new Map<string, string>();
    const add = (image: string, by: () => string): void => {
      if (!users.has(image)) users.set(image, by());
    };
    for (const { kind, namespace, name, images = [], owner, desiredPods } of this.view.workloadObjects()) {
      if (kind === 'ReplicaSet' && owner && desiredPods === 0) continue; // an old revision of a Deployment
      for (const image of images) add(image, () => `${kind} ${namespace}/${name}`);
    }
    for (const pod of this.view.pods())
      for (const image of imagesOf(pod)) add(image, () => `Pod ${pod.namespace}/${pod.name}`);
    const images = [...users].map(([image, by]) => ({ image, by }));
    if (this.#isSynced()) this.#references = { atMs: nowMs, images }; // what lacks a kind must not do for a plan that is made once all are known
    return images;
  }

  #isSynced({ watches } = this.view.freshness()): boolean {
    return this.view.isSynced() && watches.every(({ asOfMs }) => asOfMs !== undefined);
  }
}

function nodePod(pod: ClusterPod): NodePod {
  const { namespace, name, uid, staticUid, phase, isTerminating } = pod;
  return {
    namespace,
    name,
    uid,
    ...(staticUid === undefined ? {} : { staticUid }),
    phase,
    isTerminating,
    images: imagesOf(pod),
  };
}

/** As the manifest writes them, and what the runtime took for them. */
function imagesOf({ containers, otherImages = [] }: ClusterPod): string[] {
  return [...containers.flatMap(({ image, imageId }) => (imageId ? [image, imageId] : [image])), ...otherImages];
}
