import { Inject, Injectable } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import { chooseContainers, type PodContainerRef } from './core/choose-containers.js';
import { selectsPod } from './core/selects-pod.js';
import { LOG_COLLECT_OPTIONS, type LogCollectOptions } from './log-collect-options.js';

/** What should be followed and read, each by pod uid and container (`uid/name`), in the order in which it is begun. */
export interface Wanted {
  readonly running: ReadonlyMap<string, PodContainerRef>;
  readonly ended: ReadonlyMap<string, PodContainerRef>;
}

/** Which containers should be followed, of all workers. Chosen anew when a pod has changed, for it takes some 50 ms with 30,000 pods and is asked every second. */
@Injectable()
export class WantedContainers {
  private chosen: Wanted | undefined;
  private chosenAt: number | undefined;

  constructor(
    @Inject(ClusterView) private readonly view: Pick<ClusterView, 'pods' | 'podsRevision'>,
    @Inject(LOG_COLLECT_OPTIONS) private readonly options: Pick<LogCollectOptions, 'selection' | 'maxStreams'>,
  ) {}

  /** The same object as long as no pod has changed. */
  now(): Wanted {
    const { podsRevision } = this.view;
    if (!this.chosen || this.chosenAt !== podsRevision) {
      this.chosen = this.choose();
      this.chosenAt = podsRevision;
    }
    return this.chosen;
  }

  private choose(): Wanted {
    const { selection, maxStreams } = this.options;
    const pods = this.view.pods().filter((pod) => selectsPod(selection, pod));
    const { running, ended } = chooseContainers(pods, maxStreams);
    return { running: byKey(running), ended: byKey(ended) };
  }
}

function byKey(refs: readonly PodContainerRef[]): Map<string, PodContainerRef> {
  return new Map(refs.map((ref) => [`${ref.pod.uid}/${ref.container.name}`, ref]));
}
