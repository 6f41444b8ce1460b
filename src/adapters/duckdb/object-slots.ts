import type { MetricObject } from '../../metrics/core/sample.js';

/** What the writer remembers of one identity. There are seven for each pod, so they hold no more than they must. */
export interface Slot {
  /** 0 as long as the store has given none. */
  id: number;
  labelsId: number;
  /** The identity, with the workload and labels that the store has of it; of a resource its owner's. */
  object: MetricObject;
  /** Of a resource: its name, and whose it is. */
  readonly resource: string | undefined;
  readonly owner: Slot | undefined;
  /** Of a pod its containers, and of any object its resources: so few that looking at each is cheaper than a map. */
  parts: readonly Slot[] | undefined;
}

function slotOf(object: MetricObject, resource?: string, owner?: Slot): Slot {
  return { id: 0, labelsId: 0, object, resource, owner, parts: undefined };
}

/** The whole identity of a slot. */
export function identityOf({ object, resource }: Slot): MetricObject {
  return resource === undefined ? object : { ...object, resource };
}

/** The identities that were met lately. Pods go by their uid, which is one lookup where joining all parts to one key would cost ten times that. */
export class ObjectSlots {
  private readonly pods = new Map<string, Slot>();
  private readonly others = new Map<string, Slot>();
  /** The samples of a pod come one after the other. */
  private lastPod: Slot | undefined;

  /** The slot of this identity, made when it is missing. */
  at(object: MetricObject): Slot {
    const owner = this.owner(object);
    const { resource } = object;
    if (resource === undefined) return owner;
    const found = owner.parts?.find((part) => part.resource === resource);
    return found ?? addPart(owner, slotOf(owner.object, resource, owner));
  }

  clear(): void {
    this.pods.clear();
    this.others.clear();
    this.lastPod = undefined;
  }

  private owner(object: MetricObject): Slot {
    const { node = '', container = '' } = object;
    switch (object.type) {
      case 'pod':
        return this.pod(object);
      case 'pod_container':
        return this.container(object, container);
      case 'cluster':
        return this.other('cluster', object);
      case 'ns':
        return this.other(`ns/${object.namespace ?? ''}`, object);
      case 'node':
        return this.other(`node/${node}`, object);
      case 'sys_container':
        return this.other(`sys/${node}/${container}`, object);
      default:
        return object.type satisfies never;
    }
  }

  private container(object: MetricObject, container: string): Slot {
    const pod = this.pod(object);
    const isIt = (part: Slot) => part.resource === undefined && (part.object.container ?? '') === container;
    return pod.parts?.find(isIt) ?? addPart(pod, slotOf(withoutResource(object)));
  }

  private other(key: string, object: MetricObject): Slot {
    let slot = this.others.get(key);
    if (!slot) this.others.set(key, (slot = slotOf(withoutResource(object))));
    return slot;
  }

  private pod(object: MetricObject): Slot {
    if (this.lastPod && isPod(this.lastPod, object)) return this.lastPod;
    const { node = '', namespace = '', pod = '', podUid = '' } = object;
    const found = this.podAt(podUid, object);
    // A uid that another pod bears too (static pods may share one) is told apart by the whole identity.
    const slot = isPod(found, object) ? found : this.podAt(`${podUid}/${node}/${namespace}/${pod}`, object);
    this.lastPod = slot;
    return slot;
  }

  private podAt(key: string, object: MetricObject): Slot {
    let slot = this.pods.get(key);
    if (!slot) this.pods.set(key, (slot = slotOf(podOf(object))));
    return slot;
  }
}

function isPod({ object: known }: Slot, object: MetricObject): boolean {
  return (
    (known.podUid ?? '') === (object.podUid ?? '') &&
    (known.pod ?? '') === (object.pod ?? '') &&
    (known.namespace ?? '') === (object.namespace ?? '') &&
    (known.node ?? '') === (object.node ?? '')
  );
}

function podOf(object: MetricObject): MetricObject {
  if (object.type === 'pod') return withoutResource(object);
  const { container: _, ...pod } = withoutResource(object);
  return { ...pod, type: 'pod' };
}

function withoutResource(object: MetricObject): MetricObject {
  if (object.resource === undefined) return object;
  const { resource: _, ...owner } = object;
  return owner;
}

/** An array that grows, also one in whose making others are spread, takes room for sixteen more. */
function addPart(owner: Slot, part: Slot): Slot {
  owner.parts = owner.parts ? owner.parts.concat(part) : [part];
  return part;
}
