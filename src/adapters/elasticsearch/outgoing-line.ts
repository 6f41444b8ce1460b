import { hash } from 'node:crypto';
import type { LogRecord } from '../../logs/core/log-record.js';
import { toDocument } from './log-document.js';
import type { LineOrder } from './line-order.js';

/** A line on its way to Elasticsearch, as it waits in the buffer too. */
export interface OutgoingLine {
  /** `_id` of the document: of the shipper's document id, or the line's own. */
  readonly id: string;
  /** Whether the shipper named it: then it may be stored already, by whomever. */
  readonly isNamed: boolean;
  /** `LogRecord.observedNs` in decimal. */
  readonly observedNs: string;
  /** The document as JSON. */
  readonly source: string;
}

/** Makes a record ready to be sent, as often as need be: sent again it is the same document. */
export function outgoingLine(record: LogRecord, orders: LineOrder): OutgoingLine {
  const { documentId, observedNs } = record;
  const order = orders.next(record);
  return {
    id: documentId === undefined ? order : `id.${hash('sha256', documentId, 'base64url').slice(0, 27)}`,
    isNamed: documentId !== undefined,
    observedNs: String(observedNs),
    source: toJson(toDocument(record, order)),
  };
}

/** What a document that no mapping refuses keeps in its place. */
const BARE = ['@timestamp', 'message', 'event.created', 'quartermaster.order', 'quartermaster.words'];

/** The same line as a document that no mapping refuses; only its time, order and text can be searched for. */
export function bareLine(line: OutgoingLine): OutgoingLine {
  const parts = Object.entries(JSON.parse(line.source) as Record<string, unknown>);
  const [kept, unindexed] = [true, false].map((isKept) =>
    Object.fromEntries(parts.filter(([name]) => BARE.includes(name) === isKept)),
  );
  return { ...line, source: JSON.stringify({ ...kept, 'quartermaster.unindexed': unindexed }) };
}

/** UTF-8 has no halves of surrogate pairs, and `JSON.stringify` escapes them; they become U+FFFD. */
function toJson(document: object): string {
  const json = JSON.stringify(document);
  if (!/\\ud[89a-f]/i.test(json)) return json;
  return JSON.stringify(document, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value));
}
