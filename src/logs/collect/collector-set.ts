import { Inject, Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import { Clock } from '../../platform/clock.js';
import { CollectorFactory } from './collector-factory.js';
import type { ContainerCollector } from './container-collector.js';
import type { PodContainerRef } from './core/choose-containers.js';
import { shardOf } from './core/shard-of.js';
import type { FollowedContainer, NotedGap } from './followed-container.js';
import { HeldShards } from './held-shards.service.js';
import { LogCheckpointRecords } from './log-checkpoint-records.port.js';
import { LOG_COLLECT_OPTIONS, type LogCollectOptions } from './log-collect-options.js';
import { LOG_SHARDS } from './log-shards.port.js';
import { WantedContainers, type Wanted } from './wanted-containers.js';

/** Ended containers that are read at once, and looked up at once. */
const ENDED_AT_ONCE = 32;
const LOOKED_UP_AT_ONCE = 500;

/** A container and its place in the maps: `uid/name`. */
type Keyed = readonly [key: string, ref: PodContainerRef];

/** The collectors of this worker, by pod uid and container. */
@Injectable()
export class CollectorSet {
  private readonly collectors = new Map<string, ContainerCollector>();
  /** Ended containers whose whole log is stored, with the ids of their last lives. */
  private readonly finished = new Map<string, string>();
  private gaps: NotedGap[] = [];
  /** What `finished` was last brought in line with. */
  private lastWanted: Wanted | undefined;

  constructor(
    private readonly wanted: WantedContainers,
    private readonly view: ClusterView,
    private readonly factory: CollectorFactory,
    private readonly shards: HeldShards,
    private readonly records: LogCheckpointRecords,
    private readonly clock: Clock,
    @Inject(LOG_COLLECT_OPTIONS)
    private readonly options: Pick<LogCollectOptions, 'worker'>,
  ) {}

  all(): readonly ContainerCollector[] {
    return [...this.collectors.values()];
  }

  stopAll(because: string): void {
    for (const collector of this.collectors.values()) collector.stop(because);
  }

  /** Starts and stops collectors so that what should be followed is. */
  async reconcile(onLines: () => void): Promise<void> {
    await this.shards.renew();
    const wanted = this.wanted.now();
    this.stopOthers(wanted);
    this.retireEnded(wanted);
    await this.start(this.newOf(wanted.running), Number.POSITIVE_INFINITY, onLines);
    const reading = [...this.collectors.keys()].filter((key) => wanted.ended.has(key)).length;
    const unread = this.newOf(wanted.ended).slice(0, LOOKED_UP_AT_ONCE);
    await this.start(unread, ENDED_AT_ONCE - reading, onLines);
  }

  /** Keeps gaps first: a checkpoint never stands beyond a gap that is not known. */
  async save(storeFailure: string | undefined): Promise<void> {
    const nowMs = this.clock.now();
    const gaps = this.gaps;
    await this.records.addGaps(gaps);
    this.gaps = this.gaps.slice(gaps.length);
    const news = this.all()
      .map((collector) => ({ collector, container: collector.snapshot(nowMs, storeFailure) }))
      .filter(({ collector, container }) => collector.isNews(container))
      .map((entry) => ({ ...entry, shard: shardOfPod(entry.collector.key.podUid) }));
    const lost = await this.records.save(this.options.worker, news);
    for (const shard of lost) this.shards.drop(shard);
    for (const { collector, container, shard } of news) if (!lost.includes(shard)) collector.wasSaved(container);
    for (const [key, collector] of this.collectors)
      if (collector.isFinished && collector.isSaved) this.collectors.delete(key);
    await this.shards.giveBack(new Set(this.all().map(({ key }) => shardOfPod(key.podUid))));
  }

  /** Saves for the last time, and leaves the shards to others. */
  async leave(): Promise<void> {
    await this.save(undefined);
    await this.shards.leave();
  }

  private stopOthers({ running, ended }: Wanted): void {
    for (const [key, collector] of this.collectors) {
      const { namespace, pod, podUid } = collector.key;
      const shard = shardOfPod(podUid);
      const isGone = this.view.pod(namespace, pod)?.uid !== podUid; // then it ends by itself
      if (!this.shards.holds(shard)) {
        collector.stop('another worker follows it');
        this.collectors.delete(key);
      } else if (!this.shards.keeps(shard)) collector.stop('another worker will follow it');
      else if (!running.has(key) && !ended.has(key) && !isGone)
        collector.stop('not selected, or beyond LOGS_MAX_STREAMS');
    }
  }

  /** Ended containers whose whole log is stored need a collector no more. */
  private retireEnded(wanted: Wanted): void {
    if (wanted !== this.lastWanted) {
      for (const key of this.finished.keys()) if (!wanted.ended.has(key)) this.finished.delete(key);
      this.lastWanted = wanted;
    }
    for (const [key, collector] of this.collectors) {
      const containerId = wanted.ended.get(key)?.container.containerId;
      const checkpoint = collector.isAtEnd ? collector.checkpoint : undefined;
      if (!checkpoint?.isEnded || checkpoint.containerId !== containerId || !collector.isSaved) continue;
      collector.stop('ended');
      this.collectors.delete(key);
      this.finished.set(key, checkpoint.containerId);
    }
  }

  /** Those that this worker is to begin with. */
  private newOf(refs: ReadonlyMap<string, PodContainerRef>): Keyed[] {
    const found: Keyed[] = [];
    for (const [key, ref] of refs) {
      if (this.collectors.has(key) || this.finished.get(key) === ref.container.containerId) continue;
      if (this.shards.keeps(shardOfPod(ref.pod.uid))) found.push([key, ref]);
    }
    return found;
  }

  private async start(refs: readonly Keyed[], most: number, onLines: () => void): Promise<void> {
    if (refs.length === 0) return;
    const uids = [...new Set(refs.map(([, { pod }]) => pod.uid))];
    const rows = await this.records.ofPods(uids);
    const stored = new Map<string, FollowedContainer>(rows.map((row) => [`${row.podUid}/${row.container}`, row]));
    let left = most;
    for (const [key, ref] of refs) {
      const known = stored.get(key);
      const { containerId, state } = ref.container;
      const isDone =
        state === 'terminated' && known?.checkpoint?.isEnded && known.checkpoint.containerId === containerId;
      if (isDone && containerId !== undefined) this.finished.set(key, containerId);
      else if (left > 0) {
        left -= 1;
        const noteGap = (gap: NotedGap): void => void this.gaps.push(gap);
        const collector = this.factory.make(ref, known, { noteGap, onLines });
        this.collectors.set(key, collector);
        collector.start();
      }
    }
  }
}

function shardOfPod(uid: string): number {
  return shardOf(uid, LOG_SHARDS);
}
