import { APPLICATIONS, DAEMONS, STATICS, type WorkloadTemplate } from './catalogue.js';
import { planCrons } from './plan-crons.js';
import { controlPlanes, planNode } from './plan-nodes.js';
import { planPod } from './plan-pods.js';
import { EPOCH_MS, type Owner, podKey, type SimNode, type SimWorkload, type World } from './model.js';
import { suffix, uuid } from './seeded.js';

export interface PlanOptions {
  readonly nodes: number;
  /** Pods on every node; the pods of CronJobs come on top. */
  readonly podsPerNode: number;
  readonly seed: number;
  /** By what the replicas of applications are multiplied; grows with the cluster unless given. The larger, the fewer namespaces. */
  readonly replicaScale?: number | undefined;
}

/** The whole cluster from its seed. `nowMs` decides only since when troubled pods exist (`createdAt`). */
export function planCluster(options: PlanOptions, nowMs: number): World {
  const world: World = {
    seed: options.seed,
    namespaces: [],
    nodes: new Map(),
    pods: new Map(),
    workloads: [],
    crons: [],
  };
  for (let index = 0; index < options.nodes; index++) {
    const node = planNode(options.seed, index, options.nodes);
    world.nodes.set(node.name, node);
  }
  const builder = new ClusterBuilder(world, options, nowMs);
  builder.placeDaemons();
  builder.placeApplications();
  planCrons(world);
  for (const name of new Set([
    'default',
    'kube-system',
    'kube-public',
    ...world.workloads.map((item) => item.namespace),
  ])) {
    world.namespaces.push({ name, createdMs: EPOCH_MS, labels: { 'kubernetes.io/metadata.name': name } });
  }
  return world;
}

class ClusterBuilder {
  private readonly nodes: SimNode[];

  constructor(
    private readonly world: World,
    private readonly options: PlanOptions,
    private readonly nowMs: number,
  ) {
    this.nodes = [...world.nodes.values()];
  }

  placeDaemons(): void {
    const { podsPerNode } = this.options;
    for (const template of DAEMONS.slice(0, podsPerNode >= 6 ? 3 : podsPerNode >= 3 ? 1 : 0)) {
      const workload = this.addWorkload(template, template.namespace, this.nodes.length);
      for (const node of this.nodes) this.place(template, template.namespace, node, ownerOf(workload));
    }
    if (podsPerNode < 8) return;
    for (const node of this.nodes.slice(0, controlPlanes(this.nodes.length))) {
      for (const template of STATICS) {
        const owner = { apiVersion: 'v1', kind: 'Node', name: node.name, uid: node.uid };
        this.place(template, template.namespace, node, owner);
      }
    }
  }

  /** Fills every node, catalogue after catalogue; a big cluster has more replicas and, from the second round on, more namespaces. */
  placeApplications(): void {
    const slots = this.freeSlots();
    const scale = this.options.replicaScale ?? Math.max(1, Math.min(40, Math.floor(slots.length / 300)));
    for (let round = 0; slots.length > 0; round++) {
      for (const template of APPLICATIONS) {
        const namespace = round === 0 ? template.namespace : `${template.namespace}-${round + 1}`;
        this.placeApplication(
          template,
          namespace,
          template.isSingular ? template.replicas : template.replicas * scale,
          slots,
        );
      }
    }
  }

  private placeApplication(template: WorkloadTemplate, namespace: string, replicas: number, slots: SimNode[]): void {
    const chosen = template.containers.some((container) => container.extended)
      ? takeFrom(slots, this.nodes.at(-1))
      : slots.splice(0, replicas);
    if (chosen.length === 0) return;
    const owner = template.kind === 'Pod' ? undefined : ownerOf(this.addWorkload(template, namespace, chosen.length));
    chosen.forEach((node, ordinal) => this.place(template, namespace, node, owner, ordinal));
  }

  /** Node after node, layer after layer, so that replicas are spread. */
  private freeSlots(): SimNode[] {
    const slots: SimNode[] = [];
    for (let layer = 0; layer < this.options.podsPerNode; layer++) {
      for (const node of this.nodes) if (node.pods.length <= layer) slots.push(node);
    }
    return slots;
  }

  /** Adds the workload (and a Deployment's ReplicaSet) and returns what owns the pods. */
  private addWorkload(template: WorkloadTemplate, namespace: string, replicas: number): SimWorkload {
    const { seed } = this.options;
    const kind = template.kind === 'StatefulSet' || template.kind === 'DaemonSet' ? template.kind : 'Deployment';
    const top: SimWorkload = {
      apiVersion: 'apps/v1',
      kind,
      namespace,
      name: template.name,
      uid: uuid(seed, kind, namespace, template.name),
      createdMs: EPOCH_MS,
      replicas,
      labels: { app: template.name },
      containers: planPod(
        seed,
        template,
        { node: this.nodes[0] as SimNode, name: 'template', namespace, labels: {} },
        this.nowMs,
      ).containers,
    };
    this.world.workloads.push(top);
    if (kind !== 'Deployment') return top;
    const revision = suffix(10, seed, namespace, template.name);
    const replicaSet: SimWorkload = {
      ...top,
      kind: 'ReplicaSet',
      name: `${template.name}-${revision}`,
      uid: uuid(seed, 'ReplicaSet', namespace, template.name),
      labels: { app: template.name, 'pod-template-hash': revision },
      owner: ownerOf(top),
    };
    this.world.workloads.push(replicaSet);
    return replicaSet;
  }

  private place(template: WorkloadTemplate, namespace: string, node: SimNode, owner?: Owner, ordinal = 0): void {
    const { seed } = this.options;
    const name = podName(template, owner, seed, node, ordinal);
    const labels: Record<string, string> = { app: template.name };
    if (owner?.kind === 'ReplicaSet') labels['pod-template-hash'] = owner.name.slice(template.name.length + 1);
    if (owner?.kind === 'StatefulSet') labels['apps.kubernetes.io/pod-index'] = String(ordinal);
    if (template.kind === 'Static') Object.assign(labels, { component: template.name, tier: 'control-plane' });
    const pod = planPod(seed, template, { node, name, namespace, labels, ...(owner ? { owner } : {}) }, this.nowMs);
    node.pods.push(pod);
    this.world.pods.set(podKey(namespace, name), pod);
  }
}

function podName(template: WorkloadTemplate, owner: Owner | undefined, seed: number, node: SimNode, ordinal: number) {
  switch (template.kind) {
    case 'StatefulSet':
      return `${template.name}-${ordinal}`;
    case 'Static':
      return `${template.name}-${node.name}`;
    case 'Pod':
      return template.name;
    case 'DaemonSet':
    case 'Deployment':
    default:
      return `${owner?.name}-${suffix(5, seed, owner?.uid ?? '', node.name, ordinal)}`;
  }
}

function takeFrom(slots: SimNode[], node: SimNode | undefined): SimNode[] {
  const index = slots.findIndex((slot) => slot === node);
  return index < 0 ? [] : slots.splice(index, 1);
}

function ownerOf(workload: SimWorkload): Owner {
  const { apiVersion, kind, name, uid } = workload;
  return { apiVersion, kind, name, uid };
}
