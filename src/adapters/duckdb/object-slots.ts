import type { MetricObject } from '../../metrics/core/sample.js';
import type { Labels } from './label-sets.js';

/** What the writer remembers of one identity; `id` is 0 as long as the store has given none. */
export interface Slot {
  id: number;
  workload: string;
  labels: Labels | undefined;
  labelsId: number;
  resources: Map<string, Slot> | undefined;
}

interface PodSlot extends Slot {
  readonly node: string;
  readonly namespace: string;
  readonly pod: string;
  readonly containers: Map<string, Slot>;
}

const newSlot = (): Slot => ({ id: 0, workload: '', labels: undefined, labelsId: 0, resources: undefined });

/** The identities that were met lately. Pods go by their uid, which is one lookup where joining all parts to one key would cost ten times that. */
export class ObjectSlots {
  private readonly pods = new Map<string, PodSlot>();
  private readonly others = new Map<string, Slot>();
  /** The samples of a pod come one after the other. */
  private lastPod: { readonly podUid: string; readonly slot: PodSlot } | undefined;

  /** The slot of this identity, made when it is missing. */
  at(object: MetricObject): Slot {
    const owner = this.owner(object);
    if (object.resource === undefined) return owner;
    owner.resources ??= new Map();
    return getOrMake(owner.resources, object.resource, newSlot);
  }

  clear(): void {
    this.pods.clear();
    this.others.clear();
    this.lastPod = undefined;
  }

  private owner(object: MetricObject): Slot {
    switch (object.type) {
      case 'pod':
        return this.pod(object);
      case 'pod_container':
        return getOrMake(this.pod(object).containers, object.container ?? '', newSlot);
      case 'cluster':
        return getOrMake(this.others, 'cluster', newSlot);
      case 'ns':
        return getOrMake(this.others, `ns/${object.namespace ?? ''}`, newSlot);
      case 'node':
        return getOrMake(this.others, `node/${object.node ?? ''}`, newSlot);
      case 'sys_container':
        return getOrMake(this.others, `sys/${object.node ?? ''}/${object.container ?? ''}`, newSlot);
      default:
        return object.type satisfies never;
    }
  }

  private pod(object: MetricObject): PodSlot {
    const { node = '', namespace = '', pod = '', podUid = '' } = object;
    if (this.lastPod?.podUid === podUid && isPod(this.lastPod.slot, object)) return this.lastPod.slot;
    const make = (): PodSlot => ({ ...newSlot(), node, namespace, pod, containers: new Map() });
    const found = getOrMake(this.pods, podUid, make);
    // A uid that another pod bears too (static pods may share one) is told apart by the whole identity.
    const slot = isPod(found, object) ? found : getOrMake(this.pods, `${podUid}/${node}/${namespace}/${pod}`, make);
    this.lastPod = { podUid, slot };
    return slot;
  }
}

function isPod(slot: PodSlot, { node = '', namespace = '', pod = '' }: MetricObject): boolean {
  return slot.pod === pod && slot.namespace === namespace && slot.node === node;
}

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
