import { Inject, Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import type { ClusterPod, ContainerRun } from '../../cluster/core/cluster-objects.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ClusterLines, type NamedPod } from '../query/cluster-lines.port.js';
import type { LogReader } from '../store/log-store.port.js';
import { ClusterPodReader } from './cluster-pod-reader.js';
import { ContainerLog } from './container-log.js';
import { containersOf } from './core/choose-containers.js';
import type { ContainerLife } from './core/log-position.js';
import { selectsPod } from './core/selects-pod.js';
import { LOG_COLLECT_OPTIONS, type LogCollectOptions } from './log-collect-options.js';
import { PodLogs } from './pod-log.port.js';

/** Reads the lines of pods that `LOGS_COLLECT`, or their own annotation, leaves out. */
@Injectable()
export class UncollectedLines extends ClusterLines {
  constructor(
    private readonly view: ClusterView,
    private readonly podLogs: PodLogs,
    private readonly clock: Clock,
    @Inject(LOG_COLLECT_OPTIONS) private readonly options: Pick<LogCollectOptions, 'selection'>,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logsClusterMaxBytes'>,
  ) {
    super();
  }

  override of({ namespace, pod: name }: NamedPod): LogReader | undefined {
    const uncollected = (): ClusterPod | undefined => {
      const pod = this.view.pod(namespace, name);
      return pod && !selectsPod(this.options.selection, pod) ? pod : undefined;
    };
    if (!uncollected()) return undefined;
    return new ClusterPodReader(() => this.logsOf(uncollected()), this.config.logsClusterMaxBytes);
  }

  private logsOf(pod: ClusterPod | undefined): Map<string, ContainerLog> {
    const logs = new Map<string, ContainerLog>();
    if (!pod) return logs;
    const { namespace, name, uid: podUid, node, labels } = pod;
    const workload = this.view.workloadOf(pod);
    const facts = { ...(node === undefined ? {} : { node }), ...(workload === undefined ? {} : { workload }), labels };
    for (const { container } of containersOf(pod)) {
      const lives = livesOf(container);
      const key = { namespace, pod: name, podUid, container: container.name };
      if (lives) logs.set(container.name, new ContainerLog(this.podLogs, { key, ...lives, facts }, this.clock));
    }
    return logs;
  }
}

interface Lives {
  readonly newest: ContainerLife;
  readonly previous?: ContainerLife;
}

/** The lives that the cluster has logs of. While a container waits to be restarted its newest life is the one that ended, and the one before is not given. */
function livesOf({ containerId, endedContainerId, restartCount }: ContainerRun): Lives | undefined {
  if (containerId === undefined) return undefined;
  const newest = { containerId, restart: restartCount };
  if (endedContainerId === undefined || endedContainerId === containerId) return { newest };
  return { newest, previous: { containerId: endedContainerId, restart: Math.max(0, restartCount - 1) } };
}
