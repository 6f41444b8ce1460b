import { isUtf8 } from 'node:buffer';
import { LinePacker } from '../core/pack/line-packer.js';
import { OriginNumbers } from '../core/pack/origin-numbers.js';
import { TextColumnWriter } from '../core/pack/text-column-writer.js';
import { KnownTails } from '../core/shippers/known-tails.js';
import { readDocument } from '../core/shippers/read-document.js';
import type { BulkBody, ReadBulkMessage } from './bulk-reader.js';
import { type ItemOutcome, itemText, REFUSED } from './core/bulk-answer.js';
import { DocumentJoiner, type PlacedRecord } from './core/join-documents.js';
import { whyNotWrite } from './core/may-write.js';
import { parseBulk, type BulkItem } from './core/parse-bulk.js';

/** A record's `sequence` counts through a parser's lines, in the order in which they came, and begins again after so many. */
const SEQUENCES = 2 ** 31;
/** So many origins are remembered; about 1 kB each, on both sides. */
const MOST_ORIGINS = 20_000;

/** Makes of `_bulk` bodies the lines that are to be stored, by columns. */
export class BulkParser {
  private readonly tails = new KnownTails();
  private numbers = new OriginNumbers();
  private sequence = 0;

  parse(body: BulkBody): ReadBulkMessage {
    if (this.numbers.origins.length > MOST_ORIGINS) this.numbers = new OriginNumbers();
    const { numbers } = this;
    const firstOrigin = numbers.origins.length;
    const reading = new BodyReading(body, numbers, () => (this.sequence = (this.sequence + 1) % SEQUENCES));
    for (const item of parseBulk(body.bytes, isUtf8(body.bytes), this.tails)) reading.read(item);
    const { items, lines } = reading.finish();
    const { origins, ...columns } = lines;
    return { items, lines: columns, firstOrigin, newOrigins: origins.slice(firstOrigin) };
  }
}

/** One body while it is read. */
class BodyReading {
  private readonly joiner = new DocumentJoiner();
  private readonly packer;
  private readonly texts;
  private readonly rows;
  private count = 0;

  constructor(
    private readonly body: BulkBody,
    numbers: OriginNumbers,
    private readonly nextSequence: () => number,
  ) {
    this.packer = new LinePacker(body.lines, numbers);
    this.texts = new TextColumnWriter(body.lines);
    this.rows = new Int32Array(body.lines).fill(REFUSED);
  }

  read(item: BulkItem): void {
    const { body } = this;
    const { action, id, index = body.index ?? '' } = item.head;
    const place = this.count++;
    const answer = (outcome: ItemOutcome): void =>
      this.texts.push(`${itemText({ action, index, id: id ?? `${body.ownId}-${place}` }, outcome)},`);
    if (item.refusal) return answer(item.refusal);
    if (index === '') return answer(noIndex);
    const facts = { observedNs: body.observedNs, sequence: this.nextSequence() };
    const line = readDocument(item.read.document, item.text, facts, item.read.origin);
    const refusal = whyNotWrite(line.origin, body.namespaces);
    if (refusal) return answer(refusal);
    answer('stored');
    // A document is the same one in its index alone; and no namespace's shipper takes the ids of another's.
    const documentId = id === undefined ? undefined : `${line.origin.namespace ?? ''}/${index}/${id}`;
    const own = documentId === undefined ? line : { ...line, facts: { ...facts, documentId } };
    this.keep(this.joiner.push({ line: own, item: place }));
  }

  finish() {
    this.keep(this.joiner.flush());
    const items = { count: this.count, texts: this.texts.finish(), rows: this.rows };
    return { items, lines: this.packer.finish() };
  }

  private keep(placed: readonly PlacedRecord[]): void {
    for (const { record, items } of placed) {
      const row = this.packer.push(record);
      for (const item of items) this.rows[item] = row;
    }
  }
}

const noIndex = {
  status: 400,
  type: 'illegal_argument_exception',
  reason: 'name an index, in the path or as _index',
} as const;
