import type { MetricObject } from '../../metrics/core/sample.js';
import { NO_LABELS } from './label-sets.js';

/** Of parts the names that are met first are kept once each: but for volumes, nearly all have one of a few. */
const MOST_SHARED_NAMES = 4096;

/** A pod, node, namespace, system container or the cluster, with the workload and labels that the store has of it; '' for what it does not have. */
export type Subject = Required<Omit<MetricObject, 'resource'>>;

/**
 * What the writer remembers of one identity. There are seven for each pod, so they hold no more than they must: containers and resources share the subject of the
 * pod or node whose they are.
 */
export class Slot {
  /** 0 as long as the store has given none. */
  id = 0;
  /** The next part of the same owner: there are so few that looking at each is cheaper than a map, and an array would take twice as much. */
  next: Slot | undefined = undefined;

  /**
   * @param owner of a container its pod, of a resource the object that has it
   * @param name among the owner's parts
   */
  constructor(
    public subject: Subject,
    readonly owner: OwnerSlot | undefined,
    readonly name: string,
  ) {}

  /** Whether it was last written with this workload and these labels. */
  isAs({ labels = NO_LABELS, workload = '' }: MetricObject): boolean {
    return this.subject.labels === labels && this.subject.workload === workload;
  }

  /** Notes workload and labels. An owner is met before its parts, so it mostly has them by now. */
  take(object: MetricObject): void {
    const { labels = NO_LABELS, workload = '' } = object;
    this.subject = this.owner?.isAs(object) ? this.owner.subject : { ...this.subject, labels, workload };
  }
}

/** A slot of anything but a resource: it may have parts, resources and of a pod containers. */
export class OwnerSlot extends Slot {
  parts: Slot | undefined = undefined;
}

class ResourceSlot extends Slot {}

/** The whole identity of a slot. */
export function identityOf(slot: Slot): MetricObject {
  const owner = slot instanceof OwnerSlot ? slot : slot.owner;
  const object = owner?.owner
    ? { ...slot.subject, type: 'pod_container' as const, container: owner.name }
    : slot.subject;
  return owner === slot ? object : { ...object, resource: slot.name };
}

/** The identities that were met lately. Pods go by their uid, which is one lookup where joining all parts to one key would cost ten times that. */
export class ObjectSlots {
  private readonly pods = new Map<string, OwnerSlot>();
  private readonly others = new Map<string, OwnerSlot>();
  private readonly names = new Map<string, string>();
  /** The samples of a pod come one after the other. */
  private lastPod: OwnerSlot | undefined;

  /** The slot of this identity, made when it is missing. */
  at(object: MetricObject): Slot {
    const owner = this.owner(object);
    return object.resource === undefined ? owner : this.part(owner, object.resource, ResourceSlot);
  }

  clear(): void {
    this.pods.clear();
    this.others.clear();
    this.names.clear();
    this.lastPod = undefined;
  }

  private owner(object: MetricObject): OwnerSlot {
    const { node = '', container = '' } = object;
    switch (object.type) {
      case 'pod':
        return this.pod(object);
      case 'pod_container':
        return this.part(this.pod(object), container, OwnerSlot);
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

  private part<Kind extends Slot>(owner: OwnerSlot, name: string, kind: new (...of: Part) => Kind): Kind {
    let last: Slot | undefined;
    for (let part = owner.parts; part; part = part.next) {
      if (part.name === name && part instanceof kind) return part;
      last = part;
    }
    const made = new kind(owner.subject, owner, this.shared(name));
    if (last) last.next = made;
    else owner.parts = made;
    return made;
  }

  private shared(name: string): string {
    const known = this.names.get(name);
    if (known === undefined && this.names.size < MOST_SHARED_NAMES) this.names.set(name, name);
    return known ?? name;
  }

  private other(key: string, object: MetricObject): OwnerSlot {
    let slot = this.others.get(key);
    if (!slot) this.others.set(key, (slot = new OwnerSlot(subjectOf(object), undefined, '')));
    return slot;
  }

  private pod(object: MetricObject): OwnerSlot {
    if (this.lastPod && isPod(this.lastPod, object)) return this.lastPod;
    const { node = '', namespace = '', pod = '', podUid = '' } = object;
    const found = this.podAt(podUid, object);
    // A uid that another pod bears too (static pods may share one) is told apart by the whole identity.
    const slot = isPod(found, object) ? found : this.podAt(`${podUid}/${node}/${namespace}/${pod}`, object);
    this.lastPod = slot;
    return slot;
  }

  private podAt(key: string, object: MetricObject): OwnerSlot {
    let slot = this.pods.get(key);
    if (!slot) {
      const subject: Subject = { ...subjectOf(object), type: 'pod', container: '' };
      this.pods.set(key, (slot = new OwnerSlot(subject, undefined, '')));
    }
    return slot;
  }
}

type Part = [Subject, OwnerSlot, string];

function isPod({ subject: known }: Slot, object: MetricObject): boolean {
  return (
    known.podUid === (object.podUid ?? '') &&
    known.pod === (object.pod ?? '') &&
    known.namespace === (object.namespace ?? '') &&
    known.node === (object.node ?? '')
  );
}

function subjectOf(object: MetricObject): Subject {
  const { type, node = '', namespace = '', pod = '', podUid = '', container = '' } = object;
  const { workload = '', labels = NO_LABELS } = object;
  return { type, node, namespace, pod, podUid, container, workload, labels };
}
