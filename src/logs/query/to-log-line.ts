import { isoOfNs } from '../core/query/iso-of-ns.js';
import type { StoredLine } from '../store/log-store.port.js';
import type { LogLine } from './log-line.schema.js';

/** A line as clients see it; what is not known is not there. */
export function toLogLine({ record, place }: StoredLine): LogLine {
  const { timeNs, observedNs, message, documentId: _own, fields, labels, ...rest } = record;
  return {
    time: isoOfNs(timeNs),
    observedTime: isoOfNs(observedNs),
    place,
    message,
    ...rest,
    ...(fields ? { fields: { ...fields } } : {}),
    ...(labels ? { labels: { ...labels } } : {}),
  };
}
