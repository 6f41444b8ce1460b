import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { LOG_LEVELS } from '../log-level.js';
import type { LogRecord } from '../log-record.js';
import { packLines } from './pack-lines.js';
import { pickRows } from './pick-rows.js';
import { unpackLines } from './unpack-lines.js';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const instant = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const value = fc.oneof(text, fc.boolean(), fc.integer());
const labels = fc.constantFrom({ app: 'web' }, { app: 'db', tier: 'x' });

const record: fc.Arbitrary<LogRecord> = fc.record(
  {
    timeNs: instant,
    observedNs: instant,
    message: text,
    sequence: number,
    source: fc.constantFrom('bulk' as const, 'kubernetes' as const),
    stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    level: fc.constantFrom(...LOG_LEVELS),
    fields: fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true }),
    namespace: fc.constantFrom('shop', 'team'),
    pod: fc.constantFrom('web-1', 'web-2', 'ü'),
    podUid: name,
    container: fc.constantFrom('main', 'side'),
    containerId: fc.constantFrom('1', '2'),
    restart: fc.nat(3),
    node: fc.constantFrom('node-1', 'node-2'),
    workload: fc.constantFrom('Deployment/web', 'Job/x'),
    labels,
    unit: name,
    cutBytes: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    documentId: name,
  },
  { requiredKeys: ['timeNs', 'observedNs', 'message', 'sequence', 'source'] },
);

describe('packLines', () => {
  it('keeps every record as it is, in order', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (records) => {
        expect(unpackLines(packLines(records))).toEqual(records);
      }),
    );
  });

  it('picks rows', () => {
    const chosen = fc.array(fc.tuple(record, fc.boolean()), { maxLength: 12 });
    fc.assert(
      fc.property(chosen, (rows) => {
        const packed = packLines(rows.map(([one]) => one));
        const picked = pickRows(
          packed,
          rows.flatMap(([, isPicked], row) => (isPicked ? [row] : [])),
        );
        expect(unpackLines(picked)).toEqual(rows.filter(([, isPicked]) => isPicked).map(([one]) => one));
      }),
    );
  });

  it('shares the origins of lines', () => {
    const line = { timeNs: 1n, observedNs: 1n, message: 'x', sequence: 0, source: 'bulk' } as const;
    const [one, other] = [{ app: 'web' }, { app: 'web' }];
    const { origins, origin } = packLines([
      { ...line, pod: 'a', labels: one },
      { ...line, pod: 'b', labels: one },
      { ...line, pod: 'a', labels: one, sequence: 1 },
      { ...line, pod: 'a', labels: other },
      line,
    ]);
    expect(origins).toEqual([
      { pod: 'a', source: 'bulk', labels: one },
      { pod: 'b', source: 'bulk', labels: one },
      { source: 'bulk' },
    ]);
    expect([...origin]).toEqual([0, 1, 0, 0, 2]);
  });

  it('holds a time that is later than 64 bits say at the last that they do', () => {
    const late = { timeNs: 2n ** 70n, observedNs: 1n, message: 'x', sequence: 0, source: 'bulk' } as const;
    expect(unpackLines(packLines([late]))).toEqual([{ ...late, timeNs: 2n ** 63n - 1n }]);
  });

  it('gives back what is packed already', () => {
    const packed = packLines([]);
    expect(packLines(packed)).toBe(packed);
  });
});
