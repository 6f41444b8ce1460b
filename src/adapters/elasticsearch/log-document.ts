import { EXACT_KEYS, type ExactKey } from '../../logs/core/filter/log-filter.js';
import { numberOf } from '../../logs/core/filter/number-of.js';
import { tokensOf } from '../../logs/core/filter/tokens.js';
import type { LogFieldValue, LogRecord } from '../../logs/core/log-record.js';
import { FIRST_NS, isoOf, LAST_NS, nanosOf } from './instant-nanos.js';
import { sortableNumber } from './sortable-number.js';

/** Where the parts that are compared as they are stand; names of ECS and Filebeat where they have one (ECS 8.17, Filebeat 8.19's exported fields). */
export const FIELD_OF: Readonly<Record<ExactKey, string>> = {
  namespace: 'kubernetes.namespace',
  pod: 'kubernetes.pod.name',
  podUid: 'kubernetes.pod.uid',
  container: 'kubernetes.container.name',
  containerId: 'container.id',
  node: 'kubernetes.node.name',
  workload: 'kubernetes.workload',
  unit: 'systemd.unit',
  stream: 'stream',
  level: 'log.level',
  source: 'quartermaster.source',
};

/** A line in Elasticsearch. Dots stand in the names themselves, which Elasticsearch takes for nested objects. */
export interface LogDocument {
  /** `LogRecord.timeNs`. */
  '@timestamp': string;
  message: string;
  /** `LogRecord.observedNs`. */
  'event.created': string;
  'event.sequence': number;
  'kubernetes.labels'?: Readonly<Record<string, string>>;
  'kubernetes.container.restarts'?: number;
  fields?: Readonly<Record<string, LogFieldValue>>;
  /** Orders lines of the same time (`line-order.ts`). */
  'quartermaster.order': string;
  'quartermaster.cut_bytes'?: number;
  /** What cannot be indexed: times that `date_nanos` does not hold, and fields and labels whose names Elasticsearch refuses. */
  'quartermaster.odd'?: Odd;
  /** All but time, order and text of a line whose other parts Elasticsearch refused (`bareLine`). */
  'quartermaster.unindexed'?: Readonly<Record<string, unknown>>;
  [key: string]: unknown;
}

interface Odd {
  readonly timeNs?: string;
  readonly observedNs?: string;
  readonly fields?: Readonly<Record<string, LogFieldValue>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Stands in `quartermaster.field_names` for all names that are odd. */
export const ODD_NAME = '\u0001odd';
/** A longer name, and a name with NUL, is not indexed. */
const NAME_CHARACTERS = 512;

/** Whether a field of this name can be searched in Elasticsearch; conditions on others are decided by us. */
export function isIndexable(name: string): boolean {
  return name !== '' && name.length <= NAME_CHARACTERS && !name.includes('\0') && name !== ODD_NAME;
}

/** @param order see `line-order.ts` */
export function toDocument(record: LogRecord, order: string): LogDocument {
  const fields = split(record.fields);
  const labels = split(record.labels);
  const odd = oddOf(record, fields.odd, labels.odd);
  const names = Object.keys(fields.plain ?? {});
  const document: LogDocument = {
    '@timestamp': isoOf(record.timeNs),
    message: record.message,
    'event.created': isoOf(record.observedNs),
    'event.sequence': record.sequence,
    'quartermaster.order': order,
    'quartermaster.words': tokensOf(record.message).join(' '),
  };
  for (const key of EXACT_KEYS) if (record[key] !== undefined) document[FIELD_OF[key]] = record[key];
  if (labels.plain) document['kubernetes.labels'] = labels.plain;
  if (record.restart !== undefined) document['kubernetes.container.restarts'] = record.restart;
  if (record.cutBytes !== undefined) document['quartermaster.cut_bytes'] = record.cutBytes;
  if (fields.plain) {
    document.fields = fields.plain;
    document['quartermaster.field_numbers'] = numbersOf(fields.plain);
  }
  if (record.fields) document['quartermaster.field_names'] = fields.odd ? [...names, ODD_NAME] : names;
  if (odd) document['quartermaster.odd'] = odd;
  return document;
}

/** The record of a document, but for its document id, which is not kept. */
export function toRecord(stored: LogDocument): LogRecord {
  const document: LogDocument = { ...stored, ...stored['quartermaster.unindexed'] };
  const odd = document['quartermaster.odd'];
  const fields = { ...document.fields, ...odd?.fields };
  const labels = { ...document['kubernetes.labels'], ...odd?.labels };
  const hasFields = document.fields !== undefined || odd?.fields !== undefined;
  const hasLabels = document['kubernetes.labels'] !== undefined || odd?.labels !== undefined;
  const restart = document['kubernetes.container.restarts'];
  const cutBytes = document['quartermaster.cut_bytes'];
  const parts = EXACT_KEYS.map((key) => [key, document[FIELD_OF[key]]]).filter(([, value]) => value !== undefined);
  return {
    timeNs: odd?.timeNs === undefined ? nanosOf(document['@timestamp']) : BigInt(odd.timeNs),
    observedNs: odd?.observedNs === undefined ? nanosOf(document['event.created']) : BigInt(odd.observedNs),
    message: document.message,
    sequence: document['event.sequence'],
    ...(Object.fromEntries(parts) as Pick<LogRecord, ExactKey>),
    ...(hasFields ? { fields } : {}),
    ...(hasLabels ? { labels } : {}),
    ...(restart === undefined ? {} : { restart }),
    ...(cutBytes === undefined ? {} : { cutBytes }),
  };
}

function oddOf({ timeNs, observedNs }: LogRecord, fields: Odd['fields'], labels: Odd['labels']): Odd | undefined {
  const isHeld = (ns: bigint): boolean => ns >= FIRST_NS && ns <= LAST_NS;
  if (!fields && !labels && isHeld(timeNs) && isHeld(observedNs)) return undefined;
  return {
    ...(isHeld(timeNs) ? {} : { timeNs: String(timeNs) }),
    ...(isHeld(observedNs) ? {} : { observedNs: String(observedNs) }),
    ...(fields && { fields }),
    ...(labels && { labels }),
  };
}

/** Undefined where there is none of a kind; a record with an empty object keeps it. */
function split<Value>(all: Readonly<Record<string, Value>> | undefined): {
  plain?: Record<string, Value>;
  odd?: Record<string, Value>;
} {
  if (!all) return {};
  const [plain, odd] = [new Map<string, Value>(), new Map<string, Value>()];
  for (const [name, value] of Object.entries(all)) (isIndexable(name) ? plain : odd).set(name, value);
  return {
    ...(plain.size > 0 || odd.size === 0 ? { plain: Object.fromEntries(plain) } : {}),
    ...(odd.size > 0 ? { odd: Object.fromEntries(odd) } : {}),
  };
}

function numbersOf(fields: Readonly<Record<string, LogFieldValue>>): Record<string, string> {
  const numbers = Object.entries(fields).map(([name, value]) => [name, numberOf(value)] as const);
  return Object.fromEntries(
    numbers.flatMap(([name, number]) => (number === undefined ? [] : [[name, sortableNumber(number)]])),
  );
}
