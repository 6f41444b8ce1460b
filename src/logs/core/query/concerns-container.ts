import type { LogFilter, LogTerm } from '../filter/log-filter.js';
import { recordMatcher } from '../filter/match-record.js';
import type { LogRecord } from '../log-record.js';

/** What is known of a container before it has written anything. */
export type ContainerFacts = Pick<
  LogRecord,
  'namespace' | 'pod' | 'podUid' | 'container' | 'node' | 'workload' | 'labels'
>;

const ABOUT_CONTAINERS: ReadonlySet<string> = new Set([
  'namespace',
  'pod',
  'podUid',
  'container',
  'node',
  'workload',
  'unit',
]);

/** Decides whether a container's lines may match a filter, whatever they say; one in a namespace that is not visible never does. */
export function concernsContainer({ visibleNamespaces, terms }: LogFilter): (container: ContainerFacts) => boolean {
  const about = terms.filter(isAboutContainers);
  const matches = recordMatcher({ ...(visibleNamespaces ? { visibleNamespaces } : {}), terms: about });
  return (container) =>
    matches({ ...container, timeNs: 0n, observedNs: 0n, message: '', sequence: 0, source: 'kubernetes' });
}

function isAboutContainers({ condition }: LogTerm): boolean {
  return condition.kind === 'labels' || (condition.kind === 'exact' && ABOUT_CONTAINERS.has(condition.key));
}
