import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { ClusterView } from '../../cluster/cluster-view.js';
import { known } from '../../cluster/core/raw-object.js';
import { Clock } from '../../platform/clock.js';
import { decodeCursor, encodeCursor } from '../../platform/http/paging.js';
import { isoOfNs } from '../core/query/iso-of-ns.js';
import { chooseContainers } from './core/choose-containers.js';
import { selectsPod } from './core/selects-pod.js';
import type { FollowedContainer, NotedGap } from './followed-container.js';
import { type FollowedFilter, LogCheckpointRecords } from './log-checkpoint-records.port.js';
import { LOG_COLLECT_OPTIONS, type LogCollectOptions } from './log-collect-options.js';
import type { LogHealth, LogHealthQuery } from './log-health.schema.js';
import { LOG_SHARDS, LogShards } from './log-shards.port.js';

const MOST_GAPS = 100;

/** How the collection of logs fares, as the records of all workers have it; each caller sees its namespaces alone. */
@Injectable()
export class LogHealthService {
  constructor(
    private readonly records: LogCheckpointRecords,
    private readonly shards: LogShards,
    private readonly view: ClusterView,
    private readonly clock: Clock,
    @Inject(LOG_COLLECT_OPTIONS) private readonly options: Pick<LogCollectOptions, 'selection' | 'maxStreams'>,
  ) {}

  async tell(query: LogHealthQuery, caller: Pick<Caller, 'namespaces'>): Promise<LogHealth> {
    const filter = visible(query.namespace, caller.namespaces);
    const { items, nextCursor } = await this.page(query, filter);
    const [totals, gaps] = await Promise.all([this.totals(filter), this.records.gaps(filter, MOST_GAPS)]);
    const nowMs = this.clock.now();
    return {
      items: items.map((container) => presentContainer(container, nowMs)),
      ...known({ nextCursor }),
      totals,
      gaps: gaps.map(presentGap),
    };
  }

  private async page({ limit, cursor, state }: LogHealthQuery, filter: FollowedFilter) {
    const [namespace, pod, container, podUid] = cursor === undefined ? [] : decodeCursor(cursor, 4).map(String);
    const after =
      namespace === undefined || pod === undefined || container === undefined || podUid === undefined
        ? undefined
        : { namespace, pod, container, podUid };
    const found = await this.records.list({ ...filter, ...(state ? { states: [state] } : {}) }, limit + 1, after);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const nextCursor =
      found.length > limit && last ? encodeCursor([last.namespace, last.pod, last.container, last.podUid]) : undefined;
    return { items, nextCursor };
  }

  private async totals(filter: FollowedFilter): Promise<LogHealth['totals']> {
    const [{ states, ...sums }, sharesUnfollowed] = await Promise.all([
      this.records.count(filter),
      this.shards.unheld(),
    ]);
    const { following = 0, waiting = 0, behind = 0, ended = 0, failed = 0 } = states;
    const leftOut = this.leftOut(filter);
    return { following, waiting, behind, ended, failed, leftOut, ...sums, shares: LOG_SHARDS, sharesUnfollowed };
  }

  private leftOut({ namespaces }: FollowedFilter): number {
    const { selection, maxStreams } = this.options;
    const pods = this.view.pods().filter((pod) => selectsPod(selection, pod));
    const { leftOut } = chooseContainers(pods, maxStreams);
    return leftOut.filter(({ pod }) => namespaces === undefined || namespaces.includes(pod.namespace)).length;
  }
}

function visible(asked: string | undefined, seen: readonly string[] | undefined): FollowedFilter {
  if (asked === undefined) return known({ namespaces: seen });
  return { namespaces: seen === undefined || seen.includes(asked) ? [asked] : [] };
}

function presentContainer(followed: FollowedContainer, nowMs: number): LogHealth['items'][number] {
  const { checkpoint, behindSinceMs, updatedAtMs, ...rest } = followed;
  return {
    ...rest,
    ...known({
      behindSeconds: behindSinceMs === undefined ? undefined : Math.max(0, Math.round((nowMs - behindSinceMs) / 1000)),
      restart: checkpoint?.restart,
      lastLineAt: checkpoint?.position && isoOfNs(checkpoint.position.timeNs),
    }),
    updatedAt: new Date(updatedAtMs).toISOString(),
  };
}

function presentGap({ fromNs, toNs, notedAtMs, ...gap }: NotedGap): LogHealth['gaps'][number] {
  return {
    ...gap,
    ...known({
      after: fromNs === undefined ? undefined : isoOfNs(fromNs),
      before: toNs === undefined ? undefined : isoOfNs(toNs),
    }),
    notedAt: new Date(notedAtMs).toISOString(),
  };
}
