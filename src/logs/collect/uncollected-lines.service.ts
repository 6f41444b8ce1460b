import { Inject, Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import type { ClusterPod } from '../../cluster/core/cluster-objects.js';
import { Clock } from '../../platform/clock.js';
import { ClusterLines, type NamedPod, type PodReader } from '../query/cluster-lines.port.js';
import { ClusterPodReader } from './cluster-pod-reader.js';
import { ContainerLog } from './container-log.js';
import { containersOf, type PodContainerRef } from './core/choose-containers.js';
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
  ) {
    super();
  }

  override of({ namespace, pod: name }: NamedPod): PodReader | undefined {
    const pod = this.view.pod(namespace, name);
    if (!pod || selectsPod(this.options.selection, pod)) return undefined;
    const refs = containersOf(pod).filter(({ container }) => container.containerId !== undefined);
    return new ClusterPodReader(new Map(refs.map((ref) => [ref.container.name, this.logOf(pod, ref)])));
  }

  private logOf(
    pod: ClusterPod,
    { container: { name, containerId = '', restartCount } }: PodContainerRef,
  ): ContainerLog {
    const { namespace, name: podName, uid: podUid, node, labels } = pod;
    const workload = this.view.workloadOf(pod);
    const facts = { ...(node === undefined ? {} : { node }), ...(workload === undefined ? {} : { workload }), labels };
    const key = { namespace, pod: podName, podUid, container: name };
    const life = { containerId, restart: restartCount };
    return new ContainerLog(this.podLogs, { key, life, facts }, this.clock);
  }
}
