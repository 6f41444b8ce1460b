import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineResumer } from './line-resumer.js';
import type { LogPosition } from './log-position.js';

const SECOND = 1_000_000_000n;
const line = (timeNs: bigint, text = '') => ({ timeNs, text: Buffer.from(text), cutBytes: 0 });

/** Reads a file again from a checkpoint. @returns which of its lines are new, by index, and the gap */
function readAgain(stamps: readonly bigint[], from: LogPosition | undefined) {
  const resumer = new LineResumer(from);
  const parts = stamps.map((timeNs, index) => resumer.push(line(timeNs, String(index))));
  parts.push(resumer.settle());
  const lines = parts.flatMap((part) => part.lines);
  return { indexes: lines.map(({ text }) => Number(text)), gap: parts.find((part) => part.gap)?.gap };
}

describe('LineResumer', () => {
  const at = (timeNs: bigint, sequence = 0): LogPosition => ({ timeNs, sequence });
  it.each<[string, bigint[], LogPosition | undefined, number[], { fromNs: bigint; toNs: bigint } | undefined]>([
    ['takes everything without a checkpoint', [1n, 1n, 2n], undefined, [0, 1, 2], undefined],
    ['skips what is earlier, and the line itself', [1n, 2n, 3n], at(2n), [2], undefined],
    ['skips so many lines of one nanosecond as were stored', [5n, 5n, 5n, 5n], at(5n, 1), [2, 3], undefined],
    [
      'skips a younger line that stands before the checkpoint: stdout and stderr are stamped apart',
      [1n, 9n, 5n, 10n],
      at(5n),
      [3],
      undefined,
    ],
    ['keeps an older line that stands behind the checkpoint', [1n, 9n, 5n, 10n], at(9n), [2, 3], undefined],
    ['tells a gap when the file begins later', [8n, 9n], at(5n), [0, 1], { fromNs: 5n, toNs: 8n }],
    [
      'tells a gap when only fewer lines of the nanosecond are there',
      [5n, 9n],
      at(5n, 1),
      [1],
      { fromNs: 5n, toNs: 9n },
    ],
    ['tells no gap while nothing younger has come', [1n, 2n], at(5n), [], undefined],
    ['says nothing of an empty file', [], at(5n), [], undefined],
  ])('%s', (_, stamps, from, indexes, gap) => {
    expect(readAgain(stamps, from)).toEqual({ indexes, gap });
  });

  it('awaits the checkpoint no longer when a line is a second younger', () => {
    const resumer = new LineResumer(at(5n));
    expect(resumer.push(line(6n))).toEqual({ lines: [] });
    expect(resumer.isHolding).toBe(true);
    const { lines, gap } = resumer.push(line(7n + SECOND));
    expect(lines.map(({ timeNs }) => timeNs)).toEqual([6n, 7n + SECOND]);
    expect(gap).toEqual({ fromNs: 5n, toNs: 6n });
    expect(resumer.push(line(8n + SECOND)).lines).toHaveLength(1);
  });

  it('gives each line of any file once, wherever it was cut, equal stamps and disorder included', () => {
    const file = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 400 })), {
        minLength: 1,
        maxLength: 60,
      })
      .map((steps) => {
        let base = 0n;
        return steps.map(([step, disorder]) => (base += BigInt(step) * 100n) + BigInt(disorder % 5) * 50n);
      });
    fc.assert(
      fc.property(file, fc.nat(), (stamps, cutAt) => {
        const count = cutAt % (stamps.length + 1);
        const first = new LineResumer(undefined);
        const stored = stamps.slice(0, count).flatMap((timeNs) => first.push(line(timeNs)).lines);
        const last = stored.at(-1);
        const { indexes, gap } = readAgain(stamps, last && { timeNs: last.timeNs, sequence: last.sequence });
        expect(gap).toBeUndefined();
        expect(indexes).toEqual(stamps.map((_, index) => index).slice(count));
      }),
    );
  });
});
