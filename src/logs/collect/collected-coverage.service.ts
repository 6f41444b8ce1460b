import { Inject, Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import { known } from '../../cluster/core/raw-object.js';
import { Clock } from '../../platform/clock.js';
import type { ContainerFacts } from '../core/query/concerns-container.js';
import {
  type ContainerGap,
  type ContainerLag,
  type CoverageFacts,
  type CoverageQuery,
  LogCoverage,
} from '../query/log-coverage.port.js';
import { chooseContainers, type PodContainerRef } from './core/choose-containers.js';
import type { GapReason } from './core/log-position.js';
import { selectsPod } from './core/selects-pod.js';
import type { NotedGap } from './followed-container.js';
import { LogCheckpointRecords } from './log-checkpoint-records.port.js';
import { LOG_COLLECT_OPTIONS, type LogCollectOptions } from './log-collect-options.js';

/** Of each kind that is looked at; of more, the rest goes unsaid. */
const MOST_LOOKED_AT = 5000;
const REASONS: Readonly<Record<GapReason, string>> = {
  rotated: 'Its file was rotated away before it could be read.',
  'lives-gone': 'The cluster no longer keeps the log of a life of it, or the end of that.',
  removed: 'Its pod was removed before its end was read.',
};

/** What the collected lines lack: containers that are behind, failed or left out, and gaps. */
@Injectable()
export class CollectedCoverage extends LogCoverage {
  constructor(
    private readonly records: LogCheckpointRecords,
    private readonly view: ClusterView,
    private readonly clock: Clock,
    @Inject(LOG_COLLECT_OPTIONS) private readonly options: Pick<LogCollectOptions, 'selection' | 'maxStreams'>,
  ) {
    super();
  }

  override async of({ concerns, span, limit }: CoverageQuery): Promise<CoverageFacts> {
    const { selection, maxStreams } = this.options;
    const pods = this.view.pods().filter((pod) => selectsPod(selection, pod));
    const { running, ended, leftOut } = chooseContainers(pods, maxStreams);
    const expected = [...running, ...ended, ...leftOut].filter((ref) => concerns(this.factsOf(ref)));
    const unselected = leftOut.map((ref): ContainerLag => ({
      container: this.factsOf(ref),
      reason: 'It is not followed: there are more running containers than LOGS_MAX_STREAMS.',
    }));
    const behind = [...(await this.late()), ...unselected].filter(({ container }) => concerns(container));
    const gaps = (await this.records.gaps(span, MOST_LOOKED_AT)).map((gap) => this.gapOf(gap, span.toNs));
    return {
      containersExpected: expected.length,
      containersPresent: Math.max(0, expected.length - behind.length),
      behind: behind.toSorted(byLag).slice(0, limit),
      gaps: gaps.filter(({ container }) => concerns(container)).slice(0, limit),
    };
  }

  private async late(): Promise<ContainerLag[]> {
    const nowMs = this.clock.now();
    const rows = await this.records.list({ states: ['behind', 'failed'] }, MOST_LOOKED_AT);
    const there = rows.filter(({ namespace, pod, podUid }) => this.view.pod(namespace, pod)?.uid === podUid);
    return there.map(({ behindSinceMs, reason = 'Its log cannot be read.', ...container }) => ({
      container: this.withPod(container),
      ...known({ behindMs: behindSinceMs === undefined ? undefined : Math.max(0, nowMs - behindSinceMs) }),
      reason,
    }));
  }

  private gapOf(gap: NotedGap, endNs: bigint): ContainerGap {
    const { fromNs = 0n, toNs = endNs, reason } = gap;
    return { container: this.withPod(gap), fromNs, toNs, reason: REASONS[reason] };
  }

  private factsOf({ pod, container }: PodContainerRef): ContainerFacts {
    const { namespace, name, uid } = pod;
    return this.withPod({ namespace, pod: name, podUid: uid, container: container.name });
  }

  /** With what the cluster tells of the pod, as long as it is there. */
  private withPod({
    namespace,
    pod: name,
    podUid,
    container,
  }: Required<Pick<ContainerFacts, 'namespace' | 'pod' | 'podUid' | 'container'>>): ContainerFacts {
    const pod = this.view.pod(namespace, name);
    const about = { namespace, pod: name, podUid, container };
    if (pod?.uid !== podUid) return about;
    return { ...about, labels: pod.labels, ...known({ node: pod.node, workload: this.view.workloadOf(pod) }) };
  }
}

function byLag(one: ContainerLag, other: ContainerLag): number {
  return (other.behindMs ?? Number.POSITIVE_INFINITY) - (one.behindMs ?? Number.POSITIVE_INFINITY) || 0;
}
