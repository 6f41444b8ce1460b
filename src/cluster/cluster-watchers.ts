import { Clock } from '../platform/clock.js';
import { Log } from '../platform/log.js';
import { ClusterWatch, type WatchedResource } from './cluster-watch.port.js';
import { Interner } from './core/interner.js';
import { reduceNamespace } from './core/reduce-namespace.js';
import { reduceNode } from './core/reduce-node.js';
import { reducePod } from './core/reduce-pod.js';
import { reduceWorkload } from './core/reduce-workload.js';
import { ObjectStore, type ObjectKey } from './object-store.js';
import { ResourceWatcher, type WatcherOptions } from './resource-watcher.js';
import type { WatchCache } from './watch-cache.js';
import type { WatchReport } from './watch-freshness.js';
import { NAMESPACES, NODES, OWNERS, PODS } from './watched-resources.js';

/** A watcher, whatever it watches. */
export interface Watcher {
  start(): void;
  stop(): Promise<void>;
  /** Ends a pause after a failure. */
  wake(): void;
  report(): WatchReport;
  asOfMs(nowMs: number): number | undefined;
  whenSynced(): Promise<void>;
  whenTried(): Promise<void>;
}

export interface ClusterWatchers {
  /** Nodes, namespaces and pods. */
  readonly required: readonly Watcher[];
  /** The kinds that own pods. */
  readonly owners: readonly Watcher[];
}

/** One watcher for each kind of object in the cache; they share strings and label sets, and are not started yet. */
export function clusterWatchers(
  watch: ClusterWatch,
  cache: WatchCache,
  clock: Clock,
  log: Log,
  options: WatcherOptions,
  onStateChange: () => void,
): ClusterWatchers {
  const interner = new Interner();
  const watcher = <T extends ObjectKey>(
    resource: WatchedResource,
    store: ObjectStore<T>,
    reduce: (raw: unknown) => T | undefined,
  ): Watcher => new ResourceWatcher(watch, resource, store, reduce, clock, log, options, onStateChange);
  return {
    required: [
      watcher(NODES, cache.nodes, (raw) => reduceNode(raw, interner)),
      watcher(NAMESPACES, cache.namespaces, (raw) => reduceNamespace(raw, interner)),
      watcher(PODS, cache.pods, (raw) => reducePod(raw, interner)),
    ],
    owners: OWNERS.map(({ kind, resource }) =>
      watcher(resource, cache.ownersOf(kind), (raw) => reduceWorkload(kind, raw, interner)),
    ),
  };
}
