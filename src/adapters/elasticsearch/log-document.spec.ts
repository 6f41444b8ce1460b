import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { LogRecord } from '../../logs/core/log-record.js';
import { LAST_NS } from './instant-nanos.js';
import { isIndexable, type LogDocument, toDocument, toRecord } from './log-document.js';
import { LineOrder } from './line-order.js';
import { bareLine, outgoingLine } from './outgoing-line.js';

const name = fc.oneof(fc.string(), fc.constantFrom('', 'a\0b', '__proto__', 'a.b', 'x'.repeat(600), '\u0001odd'));
const text = fc.string({ unit: 'grapheme' });
const record: fc.Arbitrary<LogRecord> = fc.record(
  {
    timeNs: fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
    observedNs: fc.bigInt({ min: 0n, max: LAST_NS }),
    message: text,
    sequence: fc.nat(),
    source: fc.constantFrom('kubernetes' as const, 'bulk' as const),
    level: fc.constantFrom('error' as const),
    namespace: text,
    pod: text,
    restart: fc.nat(),
    cutBytes: fc.nat(),
    fields: fc.dictionary(name, fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean())),
    labels: fc.dictionary(name, text),
  },
  { requiredKeys: ['timeNs', 'observedNs', 'message', 'sequence', 'source'] },
);

describe('a document', () => {
  it('gives the record back, whatever it holds, whole and bare', () => {
    const orders = new LineOrder();
    fc.assert(
      fc.property(record, (given) => {
        const line = outgoingLine(given, orders);
        const expected = JSON.parse(JSON.stringify(given, withBigInts)) as unknown;
        for (const { source } of [line, bareLine(line)]) {
          const read = toRecord(JSON.parse(source) as LogDocument);
          expect(JSON.parse(JSON.stringify(read, withBigInts))).toEqual(expected);
        }
      }),
    );
  });

  it('holds no field and label that Elasticsearch would refuse outside of what is not indexed', () => {
    fc.assert(
      fc.property(record, (given) => {
        const { fields = {}, 'kubernetes.labels': labels = {} } = toDocument(given, 'order');
        for (const key of [...Object.keys(fields), ...Object.keys(labels)]) expect(isIndexable(key)).toBe(true);
      }),
    );
  });

  it('is UTF-8 where the line holds half a surrogate pair', () => {
    const half: LogRecord = { timeNs: 0n, observedNs: 0n, message: 'a\ud83d b \\ud83d', sequence: 0, source: 'bulk' };
    const { source } = outgoingLine(half, new LineOrder());
    expect((JSON.parse(source) as LogDocument).message).toBe('a\ufffd b \\ud83d');
  });
});

function withBigInts(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
