import { csvRow } from '../../core/csv-row.js';
import { isoOfNs } from '../core/query/iso-of-ns.js';
import { showName, showText } from '../core/query/show-text.js';
import { toLogLine } from '../query/to-log-line.js';
import type { StoredLine } from '../store/log-store.port.js';
import type { LogExportFormat } from './log-export.schema.js';

/** How a format writes lines: what comes before them, and each. */
export interface LineWriter {
  readonly head: string;
  readonly write: (line: StoredLine) => string;
}

const COLUMNS = [
  'time',
  'level',
  'namespace',
  'pod',
  'container',
  'restart',
  'node',
  'workload',
  'unit',
  'stream',
  'message',
  'fields',
];

export const LINE_WRITERS: Readonly<Record<LogExportFormat, LineWriter>> = {
  ndjson: { head: '', write: (line) => `${JSON.stringify(toLogLine(line))}\n` },
  csv: { head: csvRow(COLUMNS), write: csvLine },
  text: { head: '', write: textLine },
};

function csvLine({ record }: StoredLine): string {
  const { level, namespace, pod, container, restart, node, workload, unit, stream, message, fields } = record;
  return csvRow([
    isoOfNs(record.timeNs),
    level,
    namespace,
    pod,
    container,
    restart,
    node,
    workload,
    unit,
    stream,
    message,
    fields && JSON.stringify(fields),
  ]);
}

/** `time where message`; further lines of a message begin with a tab. */
function textLine({ record: { timeNs, namespace, pod, container, node, unit, message } }: StoredLine): string {
  const where = pod === undefined ? [node, unit] : [namespace, pod, container];
  const place = where.filter((part) => part !== undefined).map(showName);
  return `${isoOfNs(timeNs)} ${place.join('/') || '-'} ${showText(message)}\n`;
}
