import type { ClusterChanges } from '../cluster-changes.js';
import { isPending } from '../lifecycle.js';
import type { Owner, SimNode, SimPod, World } from '../model.js';
import { planContainer, podIp } from '../plan-pods.js';
import { hash, suffix, uuid } from '../seeded.js';
import { at, type Json } from './json.js';
import type { Place } from './object-writer.js';
import type { PodCount } from './rollout-status.js';

/** How long a pod's image takes to come, and its containers to start. */
const START_MS = 1000;
const START_SPREAD_MS = 1500;
/** How long the pod of a Job works. */
const WORK_MS = 2000;
/** Registries that the cluster reaches; an image without one is Docker Hub's. */
const REGISTRIES =
  /^(docker\.io|registry\.k8s\.io|quay\.io|ghcr\.io|gcr\.io|docker\.elastic\.co|mcr\.microsoft\.com|registry\.example|localhost(:\d+)?)\//;

interface Made {
  readonly pod: SimPod;
  /** Of the template that it was made of. */
  readonly revision: string;
}

/** The pods of one workload that was applied, one a slot: a replica's number, or for a DaemonSet a node. */
export class WorkloadPods {
  private readonly slots = new Map<string, readonly Made[]>();
  private revision = '';

  constructor(
    private readonly world: World,
    private readonly changes: ClusterChanges,
    private readonly place: Place,
  ) {}

  /** Makes what is missing, replaces what is of an older template, and takes away what is too many. */
  roll(live: Json, nowMs: number): void {
    this.revision = suffix(10, JSON.stringify(at(live, 'spec', 'template')));
    const wanted = this.wantedSlots(live);
    for (const slot of this.slots.keys()) if (!wanted.has(slot)) this.empty(slot);
    for (const [slot, node] of wanted) if (this.fill(slot, node, live, nowMs)) break;
  }

  /** All that there are. */
  all(): readonly SimPod[] {
    return this.made().map(({ pod }) => pod);
  }

  /** How many there are at a moment. */
  count(nowMs: number): PodCount {
    const all = this.made();
    const ready = all.filter(({ pod }) => !isPending(pod, nowMs));
    const updated = all.filter(({ revision }) => revision === this.revision);
    const updatedReady = updated.filter(({ pod }) => !isPending(pod, nowMs)).length;
    return {
      revision: this.revision,
      nodes: this.world.nodes.size,
      all: all.length,
      ready: ready.length,
      updated: updated.length,
      updatedReady,
    };
  }

  private made(): readonly Made[] {
    return [...this.slots.values()].flat().filter(({ pod }) => this.isThere(pod));
  }

  removeAll(): void {
    for (const slot of this.slots.keys()) this.empty(slot);
  }

  /** @returns whether the others must wait: StatefulSets and DaemonSets replace one pod at a time */
  private fill(slot: string, node: SimNode, live: Json, nowMs: number): boolean {
    const made = (this.slots.get(slot) ?? []).filter(({ pod }) => this.isThere(pod));
    const fresh = made.find(({ revision }) => revision === this.revision);
    const old = made.filter(({ revision }) => revision !== this.revision);
    const isSurging = this.place.resource.kind === 'Deployment';
    const isStuck = !isSurging && old.length > 0;
    if (isStuck) for (const { pod } of old) this.changes.removePod(pod.namespace, pod.name);
    const kept = isStuck ? [] : old;
    const present = fresh ?? { pod: this.make(slot, node, live, nowMs), revision: this.revision };
    const isReady = !isPending(present.pod, nowMs);
    if (isReady) for (const { pod } of kept) this.changes.removePod(pod.namespace, pod.name);
    this.slots.set(slot, isReady ? [present] : [...kept, present]);
    return (
      !isSurging &&
      !isReady &&
      at(live, 'spec', 'podManagementPolicy') !== 'Parallel' &&
      this.place.resource.kind === 'StatefulSet'
    );
  }

  private make(slot: string, node: SimNode, live: Json, nowMs: number): SimPod {
    const { namespace, name, resource } = this.place;
    const { seed } = this.world;
    const template = at(live, 'spec', 'template');
    const containers = (at(template, 'spec', 'containers') ?? []) as readonly { name: string; image: string }[];
    const end = suffix(5, namespace, name, slot, this.revision);
    const podName =
      { StatefulSet: `${name}-${slot}`, DaemonSet: `${name}-${end}` }[resource.kind] ??
      `${name}-${this.revision}-${end}`;
    const createdMs = Math.floor(nowMs / 1000) * 1000;
    const isEver = containers.every(({ image }) => isPullable(image));
    const startsMs = isEver ? createdMs + START_MS + (hash(seed, namespace, podName) % START_SPREAD_MS) : Infinity;
    const pod: SimPod = {
      namespace,
      name: podName,
      uid: uuid(seed, 'pod', namespace, podName, nowMs),
      node,
      labels: { ...(at(template, 'metadata', 'labels') as Record<string, string> | undefined) },
      owner: this.ownerOf(live),
      hostNetwork: at(template, 'spec', 'hostNetwork') === true,
      isMirror: false,
      createdMs,
      startsMs,
      ...(resource.kind === 'Job' && isEver ? { endMs: startsMs + WORK_MS } : {}),
      countsFromMs: createdMs,
      containers: containers.map((container) =>
        planContainer({ ...container, cpuMillis: 20, memoryMi: 64 }, createdMs, seed, namespace, podName),
      ),
      claims: [],
      rxBytesPerCpuSecond: 1_000_000,
      txBytesPerCpuSecond: 1_000_000,
      ip: podIp(node, namespace, podName),
    };
    this.changes.insertPod(pod);
    return pod;
  }

  private ownerOf(live: Json): Owner {
    const { apiVersion, kind } = live as { apiVersion: string; kind: string };
    return { apiVersion, kind, name: this.place.name, uid: String(at(live, 'metadata', 'uid')) };
  }

  private wantedSlots(live: Json): ReadonlyMap<string, SimNode> {
    const nodes = [...this.world.nodes.values()];
    if (this.place.resource.kind === 'DaemonSet') return new Map(nodes.map((node) => [node.name, node]));
    const replicas = this.place.resource.kind === 'Job' ? 1 : Number(at(live, 'spec', 'replicas') ?? 1);
    const first = hash(this.world.seed, this.place.namespace, this.place.name);
    return new Map(
      Array.from({ length: replicas }, (_, slot) => [String(slot), nodes[(first + slot) % nodes.length] as SimNode]),
    );
  }

  private empty(slot: string): void {
    for (const { pod } of this.slots.get(slot) ?? [])
      if (this.isThere(pod)) this.changes.removePod(pod.namespace, pod.name);
    this.slots.delete(slot);
  }

  private isThere(pod: SimPod): boolean {
    return this.world.pods.get(`${pod.namespace}/${pod.name}`) === pod;
  }
}

/** An image of no known registry, or with the tag `broken`, cannot be pulled. */
function isPullable(image: string): boolean {
  const hasRegistry = /^[^/]+[.:][^/]*\//.test(image) || image.startsWith('localhost/');
  return !image.endsWith(':broken') && (!hasRegistry || REGISTRIES.test(image));
}
