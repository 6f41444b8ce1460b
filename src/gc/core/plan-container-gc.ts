/**
 * One run of the kubelet over dead containers, with the stops and removals that fail given beforehand: `evictContainers` of
 * pkg/kubelet/kuberuntime/kuberuntime_gc.go, Kubernetes 1.29 to 1.35.
 */
import type { ContainerState } from '../../agents/core/inventory.js';
import { containerUnits } from './container-units.js';

/** A negative count is no limit, 0 keeps none. */
export interface ContainerLimits {
  readonly minAgeMs: number;
  readonly maxPerPodContainer: number;
  readonly maxContainers: number;
}

export interface GcContainer {
  readonly id: string;
  /** Empty of a container without the kubelet's labels. */
  readonly podUid: string;
  readonly name: string;
  readonly state: ContainerState;
  /** Which of several is newer. */
  readonly createdAtMs: number;
  /** What the minimum age counts from; unless given, as for the kubelet, the creation. */
  readonly agesFromMs?: number;
  /** The pod is gone from the API server and has stopped. */
  readonly podDeleted: boolean;
  /** The pod is there and has finished. */
  readonly podTerminated: boolean;
}

export interface EvictionLimits {
  readonly nowMs: number;
  readonly policy: ContainerLimits;
  /** Whether it is known which pods there are; else no pod counts as deleted. */
  readonly allSourcesReady: boolean;
  /** Under disk pressure pods that have finished lose everything too. */
  readonly evictNonDeletedPods: boolean;
  /** Ids whose stop, or whose removal, fails. Such a one counts as gone, nothing goes in its place. */
  readonly failing: ReadonlySet<string>;
}

export interface ContainerGcInput<Container extends GcContainer> extends EvictionLimits {
  /** In the order that the runtime lists them. */
  readonly containers: readonly Container[];
}

/** Why it goes: its pod is gone, its container has too many dead instances, the node has too many dead containers. */
export type ContainerReason = 'pod gone' | 'per container' | 'per node';

export interface ContainerGcOutcome<Container extends GcContainer> {
  /** In the order of removal: inside one container of a pod the oldest first, or as listed when all of it goes. */
  readonly removed: readonly { readonly container: Container; readonly reason: ContainerReason }[];
  /** Ids of those in an unknown state, which are stopped before. */
  readonly stopFirst: readonly string[];
}

export function planContainerGc<Container extends GcContainer>(
  input: ContainerGcInput<Container>,
): ContainerGcOutcome<Container> {
  const { containers, ...limits } = input;
  return evictFromUnits(containerUnits(containers.filter(({ state }) => state !== 'running')), limits);
}

/** The same for a caller who has the units of all containers that do not run. */
export function evictFromUnits<Container extends GcContainer>(
  units: readonly (readonly Container[])[],
  limits: EvictionLimits,
): ContainerGcOutcome<Container> {
  const eviction = new Eviction(units, limits);
  eviction.emptyPodsThatAreGone();
  eviction.limitEachUnit(limits.policy.maxPerPodContainer, 'per container');
  eviction.limitNode(limits.policy.maxContainers);
  return eviction;
}

class Eviction<Container extends GcContainer> implements ContainerGcOutcome<Container> {
  readonly removed: { container: Container; reason: ContainerReason }[] = [];
  readonly stopFirst: string[] = [];
  /** Dead containers by pod and name; what is not old enough is neither removed nor counted. */
  private units: (readonly Container[])[] = [];

  constructor(
    units: readonly (readonly Container[])[],
    private readonly input: EvictionLimits,
  ) {
    const newestMs = input.nowMs - input.policy.minAgeMs;
    const isOldEnough = (one: Container): boolean => (one.agesFromMs ?? one.createdAtMs) <= newestMs;
    for (const unit of units) {
      const oldEnough = unit.every(isOldEnough) ? unit : unit.filter(isOldEnough);
      if (oldEnough.length > 0) this.units.push(oldEnough);
    }
  }

  emptyPodsThatAreGone(): void {
    if (!this.input.allSourcesReady) return;
    const isGone = (one: GcContainer): boolean =>
      one.podDeleted || (this.input.evictNonDeletedPods && one.podTerminated);
    this.units = this.units.filter((unit) => {
      const mustGo = unit.some(isGone);
      if (mustGo) this.keepNewest(unit, 0, 'pod gone');
      return !mustGo;
    });
  }

  limitEachUnit(limit: number, reason: ContainerReason): void {
    if (limit < 0) return;
    this.units = this.units.map((unit) => (unit.length > limit ? this.keepNewest(unit, limit, reason) : unit));
  }

  /** First each unit keeps its share, at least one; then the oldest of all go. May leave fewer than the limit. */
  limitNode(limit: number): void {
    if (limit < 0 || this.total() <= limit) return;
    this.limitEachUnit(Math.max(1, Math.trunc(limit / this.units.length)), 'per node');
    if (this.total() > limit) this.keepNewest(this.units.flat(), limit, 'per node');
  }

  private total(): number {
    return this.units.reduce((count, unit) => count + unit.length, 0);
  }

  /** Removes the oldest until `limit` are left, and answers those. */
  private keepNewest(containers: readonly Container[], limit: number, reason: ContainerReason): readonly Container[] {
    const oldestFirst = limit > 0 ? containers.toSorted((a, b) => a.createdAtMs - b.createdAtMs) : containers;
    const toRemove = oldestFirst.length - limit;
    for (const container of oldestFirst.slice(0, toRemove)) {
      if (container.state === 'unknown') this.stopFirst.push(container.id);
      if (!this.input.failing.has(container.id)) this.removed.push({ container, reason });
    }
    return oldestFirst.slice(toRemove);
  }
}
