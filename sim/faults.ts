import type { ApiRequest } from './api-request.js';
import type { ApiServer } from './api-server.js';
import type { ClusterChanges } from './cluster-changes.js';
import { LED } from './control-plane.js';
import type { HeldWrite, HoldAt } from './held-writes.js';
import type { Kubelet } from './kubelet.js';
import { NODE_FAULTS, type NodeFault } from './kubelet-faults.js';
import type { ObjectStore } from './object-store.js';
import type { PodLogServer } from './pod-logs.js';
import { Refusal } from './status.js';
import type { GoneAs } from './watch-hub.js';

/** What can go wrong with the API server: away; all watches cut; all log streams cut; all older resource versions gone (410); a leader's process stopped. */
export const API_FAULTS = ['api-down', 'drop-watches', 'cut-logs', 'expire', 'stop-leader'] as const;
export type ApiFault = (typeof API_FAULTS)[number];

/** Breaks the simulated cluster, and heals it. */
export class Faults {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly active = new Map<string, NodeFault>();

  constructor(
    private readonly kubelets: ReadonlyMap<string, Kubelet>,
    private readonly api: ApiServer,
    private readonly store: ObjectStore,
    private readonly changes: ClusterChanges,
    private readonly logs: PodLogServer,
    /** Stops the process that leads a component, for so long. */
    readonly stopLeader: (component: (typeof LED)[number], forMs: number) => void,
  ) {}

  /** Breaks one node, for `seconds` or until cleared; the fault before is over. Throws `Refusal` (404) for a node that is not there. */
  async set(node: string, fault: NodeFault, seconds?: number): Promise<void> {
    const kubelet = this.getKubelet(node);
    if (fault === 'counter-reset') return this.changes.rebootNode(node);
    this.active.set(node, fault);
    await kubelet.setFault(fault);
    this.endAfter(node, seconds, async () => this.clear(node));
  }

  async clear(node: string): Promise<void> {
    this.endAfter(node, undefined, async () => undefined);
    this.active.delete(node);
    await this.getKubelet(node).setFault(undefined);
  }

  /** What is broken, by node. */
  list(): Record<string, NodeFault> {
    return Object.fromEntries(this.active);
  }

  /** Takes the API server away. */
  async apiDown(seconds?: number): Promise<void> {
    await this.api.listener.goDown();
    this.endAfter('', seconds, async () => this.apiUp());
  }

  async apiUp(): Promise<void> {
    this.endAfter('', undefined, async () => undefined);
    await this.api.listener.comeBack();
  }

  /** Cuts all open watches. */
  dropWatches(): void {
    this.api.watches.drop();
  }

  /** Cuts all log streams that are followed. */
  cutLogs(): void {
    this.logs.cut();
  }

  /** From now on all older resource versions are gone, for watches and for pages; open watches end with a 410 event. */
  expire(goneAs: GoneAs = 'event'): void {
    this.store.compact();
    this.api.watches.expire(goneAs);
  }

  /** Holds the next write that is meant back: until it is let go, it is not carried out (`asked`) or not answered (`done`). */
  holdWrite(at: HoldAt, isMeant: (asked: ApiRequest) => boolean): HeldWrite {
    return this.api.heldWrites.hold(at, isMeant);
  }

  /** What can be set by name, over HTTP: `POST /sim/faults {node, fault, seconds?}`, `GET /sim/faults`, `DELETE /sim/faults/{node}`. */
  async control(method: string, path: string, body: () => Promise<unknown>): Promise<object> {
    const [, , area, node] = path.split('/').map(decodeURIComponent);
    if (area !== 'faults') throw new Refusal(404, 'there is only /sim/faults');
    if (method === 'POST' && !node) await this.setFromBody(await body());
    else if (method === 'DELETE' && node) await this.clear(node);
    else if (method !== 'GET') throw new Refusal(405, 'use GET, POST /sim/faults or DELETE /sim/faults/{node}');
    return { faults: this.list() };
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private async setFromBody(body: unknown): Promise<void> {
    const { node, fault, seconds, as, component } = (body ?? {}) as Record<string, unknown>;
    const time = typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
    if (fault === 'drop-watches') this.dropWatches();
    else if (fault === 'cut-logs') this.cutLogs();
    else if (fault === 'expire') this.expire(as === 'status' ? 'status' : 'event');
    else if (fault === 'stop-leader') {
      const led = LED.find((name) => name === component);
      if (!led || time === undefined)
        throw new Refusal(400, `stop-leader needs seconds and component: ${LED.join(' or ')}`);
      this.stopLeader(led, time * 1000);
    } else if (fault === 'api-down') {
      if (time === undefined) throw new Refusal(400, 'api-down needs seconds: nobody could end it over HTTP');
      // After this answer is out.
      this.timers.set(
        'api-down',
        setTimeout(() => void this.apiDown(time), 100),
      );
    } else {
      const known = NODE_FAULTS.find((name) => name === fault);
      const faults = [...NODE_FAULTS, ...API_FAULTS].join(', ');
      if (!known) throw new Refusal(400, `fault must be one of ${faults}`);
      if (typeof node !== 'string') throw new Refusal(400, 'node must be a name');
      await this.set(node, known, time);
    }
  }

  private getKubelet(node: string): Kubelet {
    const kubelet = this.kubelets.get(node);
    if (!kubelet) throw new Refusal(404, `no node ${node}`);
    return kubelet;
  }

  private endAfter(key: string, seconds: number | undefined, end: () => Promise<void>): void {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    if (seconds !== undefined)
      this.timers.set(
        key,
        setTimeout(() => void end(), seconds * 1000),
      );
  }
}
