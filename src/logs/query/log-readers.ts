import { Inject, Injectable, Optional } from '@nestjs/common';
import type { ExactKey, LogFilter, LogSpan } from '../core/filter/log-filter.js';
import { CLUSTER_PLACE, readClusterPlace } from '../core/query/cluster-place.js';
import { LogReader } from '../store/log-store.port.js';
import { ClusterLines, type NamedPod } from './cluster-lines.port.js';

/** Who answers a question, and where its lines stand. */
export interface ChosenReader {
  readonly reader: LogReader;
  readonly source: 'store' | 'cluster';
}

/** Chooses who answers: the store; or, about one pod that is not collected and of which the store has no line of the span, the cluster itself. */
@Injectable()
export class LogReaders {
  constructor(
    private readonly store: LogReader,
    @Optional() @Inject(ClusterLines) private readonly cluster: ClusterLines | undefined,
  ) {}

  /** @param place where an answer goes on that was begun: whoever began it goes on */
  async choose(
    filter: LogFilter,
    span: LogSpan,
    place: string | undefined,
    signal: AbortSignal,
  ): Promise<ChosenReader> {
    const store = { reader: this.store, source: 'store' } as const;
    if (place !== undefined && !place.startsWith(CLUSTER_PLACE)) return store;
    const pod = onlyPod(filter);
    const reader = pod && this.cluster?.of(pod);
    if (!reader || (place === undefined && (await this.isStored(pod, span, signal)))) return store;
    return { reader, source: 'cluster' };
  }

  /** Who has the line at a place; undefined when its pod's lines are read from the cluster no more, or the caller may not see them. */
  at(place: string, visibleNamespaces: readonly string[] | undefined): ChosenReader | undefined {
    if (!place.startsWith(CLUSTER_PLACE)) return { reader: this.store, source: 'store' };
    const pod = readClusterPlace(place);
    if (!pod || (visibleNamespaces && !visibleNamespaces.includes(pod.namespace))) return undefined;
    const reader = this.cluster?.of(pod);
    return reader && { reader, source: 'cluster' };
  }

  /** A shipper may have sent its lines. */
  private async isStored({ namespace, pod }: NamedPod, span: LogSpan, signal: AbortSignal): Promise<boolean> {
    const isOne = (key: ExactKey, value: string) =>
      ({ condition: { kind: 'exact', key, values: [value] }, isNegated: false }) as const;
    const filter = { terms: [isOne('namespace', namespace), isOne('pod', pod)] };
    const { lines } = await this.store.search({ filter, span, order: 'newest', limit: 1 }, signal);
    return lines.length > 0;
  }
}

/** The one pod that a filter asks for, if the caller may see its namespace. */
function onlyPod({ visibleNamespaces, terms }: LogFilter): NamedPod | undefined {
  const valueOf = (key: ExactKey): string | undefined => {
    const lists = terms.flatMap(({ condition, isNegated }) =>
      condition.kind === 'exact' && condition.key === key && !isNegated ? [condition.values] : [],
    );
    return lists.length === 1 && lists[0]?.length === 1 ? lists[0][0] : undefined;
  };
  const [namespace, pod] = [valueOf('namespace'), valueOf('pod')];
  if (namespace === undefined || pod === undefined) return undefined;
  return visibleNamespaces === undefined || visibleNamespaces.includes(namespace) ? { namespace, pod } : undefined;
}
