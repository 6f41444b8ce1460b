import type { ExactKey, LogFilter, LogTerm } from '../filter/log-filter.js';
import type { LogRecord } from '../log-record.js';

/** What makes lines neighbours: of a pod's line its container, through all restarts; of a node's own line its unit. */
const OF_POD: readonly ExactKey[] = ['namespace', 'pod', 'podUid', 'container'];
const OF_NODE: readonly ExactKey[] = ['namespace', 'container', 'node', 'unit', 'source'];

/** The filter that lets through what was written to the same log as a record. */
export function neighboursOf(record: LogRecord, visibleNamespaces: readonly string[] | undefined): LogFilter {
  const keys = record.pod === undefined ? OF_NODE : OF_POD;
  const terms = keys.flatMap((key): LogTerm[] => {
    const value = record[key];
    return value === undefined ? [] : [{ condition: { kind: 'exact', key, values: [value] }, isNegated: false }];
  });
  return { ...(visibleNamespaces ? { visibleNamespaces } : {}), terms };
}
