import type { ContainerTemplate } from './catalogue.js';
import { namespaceObject } from './kubernetes-objects.js';
import { podCpuSeconds } from './measure.js';
import { podKey, type Owner, type SimNode, type SimPod, type World } from './model.js';
import { nodeObject } from './node-object.js';
import type { ObjectStore } from './object-store.js';
import { planNode } from './plan-nodes.js';
import { planContainer, podIp } from './plan-pods.js';
import { podObject } from './pod-object.js';
import { uuid } from './seeded.js';

/** A pod to add at run time. */
export interface PodRequest {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly labels?: Record<string, string>;
  readonly owner?: Owner;
  readonly hostNetwork?: boolean;
  /** One container of 50 millicores and 64 MiB unless given. */
  readonly containers?: readonly ContainerTemplate[];
}

const DEFAULT_CONTAINER: ContainerTemplate = {
  name: 'main',
  image: 'registry.example/apps/main:1',
  cpuMillis: 50,
  memoryMi: 64,
  request: [50, 64],
  limit: [200, 128],
};

/** Starts and stops kubelets. */
export interface KubeletKeeper {
  start(node: SimNode): Promise<void>;
  stop(name: string): Promise<void>;
}

/** Changes the cluster at run time; every change appears in watches. Names that are not there throw. */
export class ClusterChanges {
  constructor(
    private readonly world: World,
    private readonly store: ObjectStore,
    private readonly kubelets: KubeletKeeper,
    private readonly now: () => number,
  ) {}

  /** Adds a running pod, and its namespace when there is none of that name. */
  addPod(request: PodRequest): SimPod {
    const { namespace, name } = request;
    const node = this.getNode(request.node);
    const createdMs = Math.floor(this.now() / 1000) * 1000;
    const seed = this.world.seed;
    const containers = request.containers ?? [DEFAULT_CONTAINER];
    const pod: SimPod = {
      namespace,
      name,
      uid: uuid(seed, 'pod', namespace, name, createdMs),
      node,
      labels: request.labels ?? {},
      ...(request.owner ? { owner: request.owner } : {}),
      hostNetwork: request.hostNetwork ?? false,
      isMirror: false,
      createdMs,
      countsFromMs: createdMs,
      containers: containers.map((template) => planContainer(template, createdMs, seed, namespace, name)),
      claims: [],
      rxBytesPerCpuSecond: 1_000_000,
      txBytesPerCpuSecond: 1_000_000,
      ip: podIp(node, namespace, name),
    };
    this.insertPod(pod);
    return pod;
  }

  /** Adds a pod that is planned already (a Job's). */
  insertPod(pod: SimPod): void {
    if (!this.store.collection('namespaces').objects.has(pod.namespace)) {
      const namespace = { name: pod.namespace, createdMs: this.now(), labels: {} };
      this.world.namespaces.push(namespace);
      this.store.put('namespaces', namespaceObject(namespace));
    }
    pod.node.pods.push(pod);
    pod.node.revision++;
    this.world.pods.set(podKey(pod.namespace, pod.name), pod);
    this.store.put('pods', podObject(pod, this.now()));
  }

  /** Takes a pod away; what it used stays in its node's counters. */
  removePod(namespace: string, name: string): void {
    const pod = this.getPod(namespace, name);
    const { node } = pod;
    if (pod.endMs === undefined) {
      const seconds = podCpuSeconds(pod, Math.max(pod.countsFromMs, node.bootMs), this.now());
      node.retiredCpuSeconds += seconds;
      node.retiredRxBytes += pod.hostNetwork ? 0 : seconds * pod.rxBytesPerCpuSecond;
      node.retiredTxBytes += pod.hostNetwork ? 0 : seconds * pod.txBytesPerCpuSecond;
    }
    node.pods.splice(node.pods.indexOf(pod), 1);
    node.revision++;
    this.world.pods.delete(podKey(namespace, name));
    this.store.delete('pods', namespace, name);
  }

  labelPod(namespace: string, name: string, labels: Record<string, string>): void {
    this.getPod(namespace, name).labels = labels;
    this.refreshPod(this.getPod(namespace, name));
  }

  /** Writes a pod's present state. */
  refreshPod(pod: SimPod): void {
    this.store.put('pods', podObject(pod, this.now()));
  }

  /** Adds a node without pods, whose kubelet listens when this is done. */
  async addNode(name: string): Promise<void> {
    const { nodes, seed } = this.world;
    if (nodes.has(name)) throw new Error(`There is a node ${name} already`);
    const node = planNode(seed, nodes.size, nodes.size + 1, name, Math.floor(this.now() / 1000) * 1000);
    await this.kubelets.start(node);
    nodes.set(name, node);
    this.store.put('nodes', nodeObject(node));
  }

  /** Takes a node and its pods away. */
  async removeNode(name: string): Promise<void> {
    const node = this.getNode(name);
    for (const pod of node.pods.slice()) this.removePod(pod.namespace, pod.name);
    this.world.nodes.delete(name);
    this.store.delete('nodes', '', name);
    await this.kubelets.stop(name);
  }

  labelNode(name: string, labels: Record<string, string>): void {
    const node = this.getNode(name);
    node.labels = { ...node.labels, ...labels };
    this.store.put('nodes', nodeObject(node));
  }

  /** The node boots: its counters and its pods' begin again, and every container counts a restart. */
  rebootNode(name: string): void {
    const node = this.getNode(name);
    node.bootMs = Math.floor(this.now() / 1000) * 1000;
    node.reboots++;
    node.revision++;
    node.retiredCpuSeconds = 0;
    node.retiredRxBytes = 0;
    node.retiredTxBytes = 0;
    this.store.put('nodes', nodeObject(node));
    for (const pod of node.pods) this.refreshPod(pod);
  }

  private getNode(name: string): SimNode {
    const node = this.world.nodes.get(name);
    if (!node) throw new Error(`There is no node ${name}`);
    return node;
  }

  private getPod(namespace: string, name: string): SimPod {
    const pod = this.world.pods.get(podKey(namespace, name));
    if (!pod) throw new Error(`There is no pod ${namespace}/${name}`);
    return pod;
  }
}
