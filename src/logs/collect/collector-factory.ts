import { Inject, Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import { Clock } from '../../platform/clock.js';
import { FifoGate } from '../../platform/fifo-gate.js';
import { CollectMetrics } from './collect-metrics.js';
import { ContainerCollector } from './container-collector.js';
import { containersOf, type PodContainerRef } from './core/choose-containers.js';
import type { FollowedContainer, NotedGap } from './followed-container.js';
import { LOG_COLLECT_OPTIONS, type LogCollectOptions } from './log-collect-options.js';
import { PodLogs } from './pod-log.port.js';

/** Streams that are opened at once. So few find a connection that is open already, where HTTP/2 shares them. */
const OPENINGS = 8;

/** Makes collectors that see their container in the cluster's view. */
@Injectable()
export class CollectorFactory {
  private readonly openings = new FifoGate(OPENINGS);

  constructor(
    private readonly view: ClusterView,
    private readonly podLogs: PodLogs,
    private readonly clock: Clock,
    private readonly metrics: CollectMetrics,
    @Inject(LOG_COLLECT_OPTIONS) private readonly options: Pick<LogCollectOptions, 'pauses'>,
  ) {}

  make(
    { pod, container }: PodContainerRef,
    stored: FollowedContainer | undefined,
    told: { readonly noteGap: (gap: NotedGap) => void; readonly onLines: () => void },
  ): ContainerCollector {
    const { namespace, name, uid } = pod;
    let last = pod; // its labels and node when it is gone
    const look = () => {
      const now = this.view.pod(namespace, name);
      if (now?.uid !== uid) return undefined;
      last = now;
      return containersOf(now).find((ref) => ref.container.name === container.name)?.container;
    };
    const facts = () => {
      const workload = this.view.workloadOf(last);
      return {
        ...(last.node === undefined ? {} : { node: last.node }),
        ...(workload === undefined ? {} : { workload }),
        labels: last.labels,
      };
    };
    const key = { namespace, pod: name, podUid: uid, container: container.name };
    const { podLogs, openings, clock, metrics } = this;
    const { pauses } = this.options;
    return new ContainerCollector(key, stored, {
      podLogs,
      openings,
      clock,
      metrics,
      look,
      facts,
      pauses,
      random: Math.random,
      ...told,
    });
  }
}
