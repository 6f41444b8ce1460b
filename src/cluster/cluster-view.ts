import { Inject, Injectable, Optional } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/log.js';
import { Readiness, type ReadinessPart } from '../platform/readiness.js';
import { ClusterWatch } from './cluster-watch.port.js';
import type { ClusterNamespace, ClusterNode, ClusterPod, Owner, WorkloadObject } from './core/cluster-objects.js';
import { countWorkloads } from './core/count-workloads.js';
import type { Workload } from './core/workload.js';
import { selectPods, type PodFilter } from './core/select-pods.js';
import { clusterWatchers, type ClusterWatchers, type Watcher } from './cluster-watchers.js';
import type { WatcherOptions } from './resource-watcher.js';
import { WatchCache } from './watch-cache.js';
import type { WatchReport } from './watch-freshness.js';

/** How fresh answers are. */
export interface ClusterFreshness {
  /**
   * The instant that the view is as of, ms since the epoch: now while every watch is live. Absent until nodes, namespaces and pods were
   * read; an owner kind that could never be read (it is forbidden) is left out of account.
   */
  readonly asOfMs?: number;
  /** How long ago that was; absent with it. */
  readonly staleMs?: number;
  readonly watches: readonly WatchReport[];
}

const OPTIONS: WatcherOptions = {
  staleAfterMs: 150_000,
  firstBackoffMs: 500,
  maxBackoffMs: 30_000,
  random: Math.random,
};

/** Injection token of `Partial<WatcherOptions>`; the defaults hold where it is not provided. */
export const WATCHER_OPTIONS = Symbol('WATCHER_OPTIONS');

/**
 * The cluster as the API server last told of it. Answers come from memory and go on when the API server is away, with their age in
 * `freshness()`. Objects are shared: do not change them.
 */
@Injectable()
export class ClusterView {
  private readonly cache = new WatchCache();
  private readonly watchers: ClusterWatchers;
  private readonly part: ReadinessPart;
  private syncing: Promise<void> | undefined;
  private hasSynced = false;
  /** One string for each owner: it is asked for of every pod in every cycle, and equal strings that are one need not be compared. */
  private readonly workloadTexts = new WeakMap<Owner, string>();
  /** No watch was live at the last change: the API server was away. */
  private wasAway = true;

  constructor(
    watch: ClusterWatch,
    private readonly clock: Clock,
    readiness: Readiness,
    log: Log,
    @Optional() @Inject(WATCHER_OPTIONS) options: Partial<WatcherOptions> = {},
  ) {
    this.part = readiness.part('cluster');
    this.watchers = clusterWatchers(watch, this.cache, clock, log, { ...OPTIONS, ...options }, () =>
      this.onStateChange(),
    );
  }

  /** Begins to list and watch; returns at once. */
  start(): void {
    void this.synced();
    for (const watcher of this.all()) watcher.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.all().map((watcher) => watcher.stop()));
  }

  /** Whether nodes, namespaces and pods are all there and the kinds that own pods are there or were refused. Once true it stays so. */
  isSynced(): boolean {
    return this.hasSynced;
  }

  /**
   * Resolves once `isSynced`.
   * @returns false when that took longer than `timeoutMs`
   */
  async whenSynced(timeoutMs: number): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), timeoutMs);
    return Promise.race([this.synced().then(() => true), late.promise]).finally(() => clearTimeout(timer));
  }

  /** By name. */
  nodes(): ClusterNode[] {
    return this.cache.nodes.all();
  }

  node(name: string): ClusterNode | undefined {
    return this.cache.nodes.get({ name });
  }

  /** By name. */
  namespaces(): ClusterNamespace[] {
    return this.cache.namespaces.all();
  }

  /** By namespace and name. */
  pods(filter: PodFilter = {}): ClusterPod[] {
    return selectPods(this.candidates(filter), filter, (pod) => this.workloadOf(pod));
  }

  /** Another number whenever a pod has come, changed or gone: what was made of all pods holds as long as it is the same. */
  get podsRevision(): number {
    return this.cache.pods.revision;
  }

  /** By namespace and name. */
  podsOnNode(node: string): readonly ClusterPod[] {
    return this.cache.pods.by('node', node);
  }

  pod(namespace: string, name: string): ClusterPod | undefined {
    return this.cache.pods.get({ namespace, name });
  }

  /** `Kind/name` of what the pod belongs to, such as `Deployment/web`; absent for a pod on its own and for static pods. */
  workloadOf(pod: Pick<ClusterPod, 'namespace' | 'owner'>): string | undefined {
    const owner = this.cache.workloadOf(pod);
    return owner && this.textOf(owner);
  }

  /** By namespace, kind and name. */
  workloads(): Workload[] {
    return countWorkloads(this.cache.outermostOwners(), this.cache.pods.all(), (pod) => this.cache.workloadOf(pod));
  }

  /** Every object that owns pods, those inside of another one too: Deployments and their ReplicaSets. In no stated order. */
  workloadObjects(): WorkloadObject[] {
    return this.cache.allOwners();
  }

  /** How fresh the view is, or the part of it that these resources (plural, such as `pods`) make. */
  freshness(resources?: readonly string[]): ClusterFreshness {
    const nowMs = this.clock.now();
    const isMeant = (watcher: Watcher): boolean => !resources || resources.includes(watcher.report().resource);
    const required = this.watchers.required.filter(isMeant).map((watcher) => watcher.asOfMs(nowMs));
    const owners = this.watchers.owners.filter(isMeant).map((watcher) => watcher.asOfMs(nowMs));
    const known = [...required, ...owners].filter((instant) => instant !== undefined);
    const isRead = known.length > 0 && !required.includes(undefined);
    const watches = this.all()
      .filter(isMeant)
      .map((watcher) => watcher.report());
    if (!isRead) return { watches };
    const asOfMs = Math.min(...known);
    return { asOfMs, staleMs: nowMs - asOfMs, watches };
  }

  /** The fewest pods that an index can bring the filter down to. */
  private candidates(filter: PodFilter): readonly ClusterPod[] {
    if (filter.node !== undefined) return this.cache.pods.by('node', filter.node);
    if (filter.workload !== undefined) return this.cache.podsOfWorkload(filter.workload);
    if (filter.namespace !== undefined) return this.cache.pods.by('namespace', filter.namespace);
    return this.cache.pods.all();
  }

  private textOf(owner: Owner): string {
    let text = this.workloadTexts.get(owner);
    if (text === undefined) this.workloadTexts.set(owner, (text = `${owner.kind}/${owner.name}`));
    return text;
  }

  private synced(): Promise<void> {
    this.syncing ??= this.sync();
    return this.syncing;
  }

  private async sync(): Promise<void> {
    await Promise.all([
      ...this.watchers.required.map((watcher) => watcher.whenSynced()),
      ...this.watchers.owners.map((watcher) => watcher.whenTried()),
    ]);
    this.hasSynced = true;
  }

  private all(): Watcher[] {
    return [...this.watchers.required, ...this.watchers.owners];
  }

  private reports(): WatchReport[] {
    return this.all().map((watcher) => watcher.report());
  }

  private onStateChange(): void {
    const reports = this.reports();
    const isAway = reports.every(({ state }) => state !== 'live');
    if (this.wasAway && !isAway) for (const watcher of this.all()) watcher.wake();
    this.wasAway = isAway;
    this.reportHealth(reports);
  }

  private reportHealth(reports: readonly WatchReport[]): void {
    const behind = reports.filter(({ state }) => state === 'behind');
    if (behind.length > 0) {
      const names = behind.map(({ resource }) => resource).join(', ');
      this.part.set('degraded', `behind: ${names}; GET /api/v1/cluster says why`);
    } else if (reports.every(({ state }) => state === 'live')) this.part.set('up');
  }
}
