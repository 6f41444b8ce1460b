import { mkdirSync } from 'node:fs';
import { Agents } from './agents.js';
import { ApiServer, type ApiServerParts } from './api-server.js';
import { Authority } from './certificates.js';
import { ClusterChanges } from './cluster-changes.js';
import { ControlPlane } from './control-plane.js';
import { Controllers } from './controllers.js';
import { Faults } from './faults.js';
import { Forwarder } from './forwarder.js';
import { Rollouts } from './objects/rollouts.js';
import { writeKubeconfig } from './kubeconfig.js';
import { namespaceObject, workloadObject } from './kubernetes-objects.js';
import { Kubelet, type KubeletParts } from './kubelet.js';
import { EPOCH_MS, type SimNode, type World } from './model.js';
import { nodeObject } from './node-object.js';
import { ObjectStore } from './object-store.js';
import { ObjectWriter } from './objects/object-writer.js';
import { planCluster } from './plan-cluster.js';
import { controlPlanes } from './plan-nodes.js';
import { PodLogServer } from './pod-logs.js';
import { podObject } from './pod-object.js';
import { pluralOf } from './resources.js';
import { Truth } from './truth.js';
import { type Tokens, Users } from './users.js';

export interface SimulationOptions {
  /** Holds the authority, the tokens and the kubeconfig; made when missing, used again when there. */
  readonly dir: string;
  readonly nodes?: number;
  /** On every node; the pods of CronJobs come on top. */
  readonly podsPerNode?: number;
  readonly seed?: number;
  /** See `PlanOptions`. */
  readonly replicaScale?: number;
  /** The API server's port; 0: any. Kubelets take any. */
  readonly port?: number;
  readonly bookmarkIntervalMs?: number;
  /** Where Quartermaster is, or will be: each node then has an agent. Absent: none has. */
  readonly agentsOf?: string;
  /** The clock in milliseconds; the real one unless a test gives its own (and then calls `tick`). */
  readonly now?: () => number;
}

/** A running simulated cluster. */
export interface Simulation {
  /** Of the admin; `writeKubeconfig` makes others. */
  readonly kubeconfigPath: string;
  readonly url: string;
  /** The authority's certificate as PEM. */
  readonly ca: string;
  readonly tokens: Tokens;
  readonly users: Users;
  readonly faults: Faults;
  readonly changes: ClusterChanges;
  readonly truth: Truth;
  /** Of a simulation with agents. */
  readonly agents?: Agents;
  /** How many watches are open. */
  watchCount(): number;
  /** How many connections to the API server were ever opened. */
  connectionsOpened(): number;
  /** How often a node's kubelet was asked for its summary. */
  summariesAsked(node: string): number;
  /** Writes a kubeconfig for a token and returns its path. */
  writeKubeconfig(token: string, fileName: string): string;
  /** Brings Jobs and restarts up to the clock; happens every second by itself. */
  tick(): void;
  close(): Promise<void>;
}

const TICK_MS = 1000;
const STARTS_AT_ONCE = 32;

/** Starts a simulated cluster: its API server and all kubelets listen when this is done. */
export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { dir, nodes = 20, podsPerNode = 10, seed = 1, port = 0, bookmarkIntervalMs = 30_000, agentsOf } = options;
  const now = options.now ?? Date.now;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const authority = await Authority.open(dir);
  const users = Users.open(dir);
  const world = planCluster({ nodes, podsPerNode, seed, replicaScale: options.replicaScale }, now());
  const store = new ObjectStore(now() - EPOCH_MS);
  const writer = new ObjectWriter(store, now);
  const kubelets = new Map<string, Kubelet>();
  const agents = agentsOf === undefined ? undefined : new Agents({ serverUrl: agentsOf, seed, users, now });
  const podsOf = (node: string): string => podList(world, node, now());
  const keeper = keepNodes(kubelets, agents, { seed, authority, users, now, podList: podsOf });
  await startAll([...world.nodes.values()], async (node) => keeper.start(node));
  const changes = new ClusterChanges(world, store, keeper, now);
  const controlPlane = new ControlPlane(world, store, now());
  preload(world, store, now());
  const controllers = [new Controllers(world, store, changes), new Rollouts(world, store, writer, changes)];
  const tick = ticking([...controllers, controlPlane], now);
  tick();
  const logs = new PodLogServer(world, now);
  const api: ApiServer = new ApiServer(await authority.issue('localhost', 'kubernetes.default.svc'), {
    store,
    writer,
    users,
    watch: { bookmarkIntervalMs },
    logs,
    proxy: proxyTo(kubelets),
    control: async (method, path, body) => faults.control(method, path, body),
  });
  const faults: Faults = new Faults(kubelets, api, store, changes, logs, controlPlane.stopsAt(now));
  const openPort = await api.listener.open(port);
  const more = await forwardTo(openPort, controlPlanes(world.nodes.size) - 1, controlPlane);
  const timer = setInterval(tick, TICK_MS);
  const reach = { url: `https://127.0.0.1:${openPort}`, ca: authority.certificate };
  return {
    kubeconfigPath: writeKubeconfig(dir, reach, users.tokens.admin),
    ...reach,
    tokens: users.tokens,
    users,
    faults,
    changes,
    truth: new Truth(world),
    ...(agents ? { agents } : {}),
    watchCount: () => api.watches.size,
    connectionsOpened: () => api.listener.opened,
    summariesAsked: (node) => kubelets.get(node)?.summariesAsked ?? 0,
    writeKubeconfig: (token, fileName) => writeKubeconfig(dir, reach, token, fileName),
    tick,
    close: async () => {
      clearInterval(timer);
      faults.close();
      await closeAll(api, kubelets, more, agents);
    },
  };
}

function proxyTo(kubelets: ReadonlyMap<string, Kubelet>): ApiServerParts['proxy'] {
  return (node, path, response) => {
    const kubelet = kubelets.get(node);
    kubelet?.answerProxied(path, response);
    return kubelet !== undefined;
  };
}

/** Brings all of them up to the clock. */
function ticking(parts: readonly { tick(nowMs: number): void }[], now: () => number): () => void {
  return () => {
    for (const part of parts) part.tick(now());
  };
}

/** The API servers of the other control-plane nodes: further addresses of the one that there is, as far as the machine has them. */
async function forwardTo(
  port: number,
  count: number,
  controlPlane: ControlPlane,
): Promise<ReadonlyMap<string, Forwarder>> {
  const open = new Map<string, Forwarder>();
  for (let index = 0; index < count; index++) {
    const address = `127.0.0.${index + 2}`;
    const forwarder = new Forwarder(port);
    if (await forwarder.open(address)) open.set(address, forwarder);
  }
  controlPlane.serveAt(['127.0.0.1', ...open.keys()], port);
  return open;
}

async function closeAll(
  api: ApiServer,
  kubelets: ReadonlyMap<string, Kubelet>,
  more: ReadonlyMap<string, Forwarder>,
  agents: Agents | undefined,
): Promise<void> {
  await agents?.close();
  await Promise.all([...more.values()].map((one) => one.close()));
  await Promise.all([api.listener.goDown(), ...[...kubelets.values()].map(async (kubelet) => kubelet.close())]);
}

function keepNodes(kubelets: Map<string, Kubelet>, agents: Agents | undefined, parts: KubeletParts) {
  return {
    start: async (node: SimNode) => {
      const kubelet = new Kubelet(node, await parts.authority.issue(node.name), parts);
      await kubelet.open();
      kubelets.set(node.name, kubelet);
      agents?.start(node);
    },
    stop: async (name: string) => {
      const kubelet = kubelets.get(name);
      kubelets.delete(name);
      await kubelet?.close();
      await agents?.stop(name);
    },
  };
}

async function startAll(nodes: SimNode[], start: (node: SimNode) => Promise<void>): Promise<void> {
  for (let from = 0; from < nodes.length; from += STARTS_AT_ONCE) {
    await Promise.all(nodes.slice(from, from + STARTS_AT_ONCE).map(start));
  }
}

function preload(world: World, store: ObjectStore, nowMs: number): void {
  for (const namespace of world.namespaces) store.preload('namespaces', namespaceObject(namespace));
  for (const node of world.nodes.values()) store.preload('nodes', nodeObject(node));
  for (const workload of world.workloads) store.preload(pluralOf(workload.kind), workloadObject(workload, nowMs));
  for (const pod of world.pods.values()) store.preload('pods', podObject(pod, nowMs));
}

function podList(world: World, node: string, nowMs: number): string {
  const items = world.nodes.get(node)?.pods.map((pod) => podObject(pod, nowMs)) ?? [];
  return JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items });
}
