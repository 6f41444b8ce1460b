import type { LogLevel } from '../../../logs/core/log-level.js';
import type { LogFieldValue, LogRecord, LogSource } from '../../../logs/core/log-record.js';
import type { StoredLine } from '../../../logs/store/log-store.port.js';
import { toPlace } from './log-place.js';

/** The columns of a line that `toStoredLine` takes, in their order. */
export const READ_COLUMNS = [
  'time',
  'observed',
  'arrival',
  'sequence',
  'message',
  'source',
  'stream',
  'level',
  'fields',
  'namespace',
  'pod',
  'pod_uid',
  'container',
  'container_id',
  'restart',
  'node',
  'workload',
  'labels',
  'unit',
  'cut',
] as const;

type Text = string | null;
export type LineRow = [
  ...[bigint, bigint, bigint, number, string, LogSource],
  ...['stdout' | 'stderr' | null, LogLevel | null, Text, Text, Text, Text, Text, Text],
  ...[number | null, Text, Text, Text, Text, number | null],
];

/** A row as the record that it was made from, without its document id. */
export function toStoredLine(row: LineRow): StoredLine {
  const [timeNs, observedNs, arrival, sequence, message, source, stream, level, fields, namespace, pod, podUid] = row;
  const [container, containerId, restart, node, workload, labels, unit, cutBytes] = row.slice(12) as [
    ...[Text, Text, number | null, Text, Text, Text, Text, number | null],
  ];
  const record: LogRecord = {
    timeNs,
    observedNs,
    ...(stream !== null && { stream }),
    message,
    ...(level !== null && { level }),
    ...(fields !== null && { fields: JSON.parse(fields) as Record<string, LogFieldValue> }),
    ...(namespace !== null && { namespace }),
    ...(pod !== null && { pod }),
    ...(podUid !== null && { podUid }),
    ...(container !== null && { container }),
    ...(containerId !== null && { containerId }),
    ...(restart !== null && { restart }),
    ...(node !== null && { node }),
    ...(workload !== null && { workload }),
    ...(labels !== null && { labels: JSON.parse(labels) as Record<string, string> }),
    ...(unit !== null && { unit }),
    sequence,
    source,
    ...(cutBytes !== null && { cutBytes }),
  };
  return { record, place: toPlace({ timeNs, sequence, arrival }) };
}
