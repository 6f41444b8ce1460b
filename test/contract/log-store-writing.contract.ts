import { describe, expect, it } from '@jest/globals';
import { LOG_LEVELS } from '../../src/logs/core/log-level.js';
import { DOCUMENT_ID_MS, MESSAGE_BYTES } from '../../src/logs/core/log-record.js';
import { packLines } from '../../src/logs/core/pack/pack-lines.js';
import { aLogRecord, aNodeRecord, SECOND_NS, T0_NS } from '../support/log-records.js';
import { ANY, asRead, type LogStoreFixture } from './log-store.fixture.js';

const LATER_NS = BigInt(DOCUMENT_ID_MS) * 1_000_000n;

/** What is written comes back as it was; document ids count for a while. */
export function describeLogWriting(at: LogStoreFixture): void {
  const { append, keep, search, messages } = at;

  describe('round trip', () => {
    it.each([
      ['of a pod', aLogRecord()],
      [
        'that lacks all it may',
        { timeNs: T0_NS, observedNs: T0_NS, message: '', sequence: 0, source: 'bulk' as const },
      ],
      ["of a node's own log", aNodeRecord()],
      ['cut and out of order', aLogRecord({ cutBytes: 12, sequence: 70_000, restart: 11, stream: 'stderr' })],
      ['observed long after, and before', aLogRecord({ observedNs: T0_NS + 86_400n * SECOND_NS + 7n })],
      ['observed before it was written', aLogRecord({ observedNs: T0_NS - 86_400n * SECOND_NS - 7n })],
      ['with a nanosecond of its own', aLogRecord({ timeNs: T0_NS + 123_456_789n })],
      ['of long ago', aLogRecord({ timeNs: 1n, observedNs: T0_NS })],
      [
        'with names that are special',
        aLogRecord({ pod: `a'b"c\\d`, workload: 'Job/"; DROP', labels: { 'x.io/a': '' } }),
      ],
    ])('gives back a line %s', async (_, record) => {
      await append(record);
      expect((await search(ANY)).map((line) => line.record)).toEqual([asRead(record)]);
      await keep();
      expect((await search(ANY)).map((line) => line.record)).toEqual([asRead(record)]);
    });

    it('gives back lines that come by columns, each once', async () => {
      const records = ['a', 'b', 'İ Σ'].map((message, index) =>
        aLogRecord({ message, sequence: index, documentId: message, fields: { n: index } }),
      );
      const { writer } = at.store;
      expect(await writer.append(packLines(records))).toEqual(['stored', 'stored', 'stored']);
      await at.store.settled();
      const again = packLines([...records.slice(1), aNodeRecord()]);
      expect(await writer.append(again)).toEqual(['known', 'known', 'stored']);
      await keep();
      const read = (await search(ANY)).map((line) => line.record);
      expect(read).toHaveLength(4);
      expect(read).toEqual(expect.arrayContaining([...records, aNodeRecord()].map(asRead)));
    });

    it.each([
      ['control characters', 'a\u0000b\r\nc\u001b[31m\u202e\u2028'],
      ['all of Unicode', 'Straße 请求 👩‍👩‍👧 \uffff \u{10ffff}'],
      ['JSON and HTML', '{"a":"b\\n"}<script>alert(1)</script>'],
      ['spaces at its ends', '  \t x \n\n '],
      ['the longest length', `${'ä'.repeat(MESSAGE_BYTES / 2 - 1)}x`],
    ])('gives back a message with %s', async (_, message) => {
      await append(aLogRecord({ message }));
      await keep();
      expect(await messages(ANY)).toEqual([message]);
    });

    it('gives back fields as they were: figures, words and truths', async () => {
      const fields = {
        'http.status': 500,
        ratio: 0.1,
        big: Number.MAX_SAFE_INTEGER,
        tiny: 1e-7,
        ok: false,
        text: '500',
        empty: '',
        __proto: 'x',
        'quote"d\\': 'a\u0000"',
      };
      await append(aLogRecord({ fields }));
      await keep();
      expect((await search(ANY))[0]?.record.fields).toEqual(fields);
    });

    it('gives back every level', async () => {
      await append(...LOG_LEVELS.map((level, sequence) => aLogRecord({ level, sequence })));
      expect((await search(ANY)).map(({ record }) => record.level)).toEqual([...LOG_LEVELS]);
    });

    it('keeps equal lines apart, and takes a call without any', async () => {
      expect(await append()).toEqual([]);
      expect(await append(aLogRecord(), aLogRecord())).toEqual(['stored', 'stored']);
      expect(await append(aLogRecord())).toEqual(['stored']);
      expect(await messages(ANY)).toHaveLength(3);
    });

    it('takes many small calls at once', async () => {
      const { writer } = at.store;
      const calls = Array.from({ length: 60 }, (_, index) =>
        writer.append([0, 1, 2].map((sequence) => aLogRecord({ message: `${index}-${sequence}`, sequence }))),
      );
      expect((await Promise.all(calls)).flat()).toEqual(Array<string>(180).fill('stored'));
      await at.store.settled();
      expect(new Set(await messages(ANY)).size).toBe(180);
    });

    it('takes some thousands in one call, and gives them back in their order', async () => {
      const records = Array.from({ length: 5_000 }, (_, index) =>
        aLogRecord({ timeNs: T0_NS + BigInt(index), message: `line ${index}` }),
      );
      expect(await append(...records)).toHaveLength(5_000);
      expect(await messages(ANY)).toEqual(records.map(({ message }) => message));
    });
  });

  describe('a document id', () => {
    it('is stored once, whatever else its later record says', async () => {
      expect(await append(aLogRecord({ documentId: 'a' }), aLogRecord({ documentId: 'b' }))).toEqual([
        'stored',
        'stored',
      ]);
      expect(await append(aLogRecord({ documentId: 'a', message: 'other' }), aLogRecord({ documentId: 'c' }))).toEqual([
        'known',
        'stored',
      ]);
      await keep();
      expect(await append(aLogRecord({ documentId: 'b', timeNs: T0_NS + 60n * SECOND_NS }))).toEqual(['known']);
      expect(await messages(ANY)).toEqual(Array<string>(3).fill(aLogRecord().message));
    });

    it('counts within one call', async () => {
      const [first, second] = ['first', 'second'].map((message) => aLogRecord({ documentId: 'a', message }));
      expect(await append(...[first, second].filter((record) => record !== undefined))).toEqual(['stored', 'known']);
      expect(await messages(ANY)).toEqual(['first']);
    });

    it('counts between calls that run at once', async () => {
      const { writer } = at.store;
      const calls = Array.from({ length: 20 }, () =>
        writer.append(['a', 'b', 'c'].map((documentId) => aLogRecord({ documentId }))),
      );
      const outcomes = (await Promise.all(calls)).flat();
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(3);
      await at.store.settled();
      expect(await messages(ANY)).toHaveLength(3);
    });

    it('counts for as long as it is to, by when the records were observed', async () => {
      const at0 = aLogRecord({ documentId: 'a', observedNs: T0_NS });
      await append(at0);
      expect(await append({ ...at0, observedNs: T0_NS + LATER_NS - SECOND_NS })).toEqual(['known']);
    });
  });
}
