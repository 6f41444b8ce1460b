import { describe, expect, it } from '@jest/globals';
import { rollSpans, type RollState, WRITING_MS } from './roll-spans.js';

describe('rollSpans', () => {
  const state: RollState = {
    widthMs: 10,
    finerOldestMs: 13,
    untilMs: 59,
    rolledUntilMs: undefined,
    written: new Map(Array.from({ length: 30 }, (_, row) => [row * 10, 0])),
    rolled: new Map(Array.from({ length: 30 }, (_, row) => [row * 10, 1_000_000])),
  };
  const spans = (over: Partial<RollState>) =>
    rollSpans({ ...state, ...over }).map(({ fromMs, toMs }) => [fromMs, toMs]);

  it('begins with the row of the oldest sample, and ends with the last row that ended', () => {
    expect(spans({})).toEqual([[10, 50]]);
    expect(spans({ untilMs: 60 })).toEqual([[10, 60]]);
    expect(spans({ untilMs: 19 })).toEqual([]);
    expect(spans({ finerOldestMs: undefined })).toEqual([]);
  });

  it('goes on where it ended, or where samples begin again', () => {
    expect(spans({ rolledUntilMs: 30 })).toEqual([[30, 50]]);
    expect(spans({ rolledUntilMs: 50 })).toEqual([]);
    expect(spans({ rolledUntilMs: 10, finerOldestMs: 42 })).toEqual([[40, 50]]);
  });

  it('takes at most twelve rows at once', () => {
    expect(spans({ untilMs: 250 })).toEqual([
      [10, 130],
      [130, 250],
    ]);
    expect(spans({ untilMs: 260 })).toEqual([
      [10, 130],
      [130, 250],
      [250, 260],
    ]);
  });

  it.each([
    ['before it was made, with time to spare', 1_000_000 - WRITING_MS - 1, []],
    ['too shortly before to tell', 1_000_000 - WRITING_MS, [[20, 30]]],
    ['after', 1_000_001, [[20, 30]]],
  ])('makes a row again whose samples were written %s, or not', (_, writtenMs, expected) => {
    const rolled = new Map([
      [10, 1_000_000],
      [20, 1_000_000],
    ]);
    expect(spans({ rolledUntilMs: 50, rolled, written: new Map([[20, writtenMs]]) })).toEqual(expected);
  });

  it('makes a row whose mark is missing, and none that samples no longer reach back to or that is not due', () => {
    const written = new Map([0, 20, 30, 50].map((rowMs) => [rowMs, 5]));
    expect(spans({ rolledUntilMs: 50, written, rolled: new Map() })).toEqual([[20, 40]]);
  });

  it('leaves out rows of which nothing was written', () => {
    const written = new Map([30, 10].map((rowMs) => [rowMs, 5]));
    expect(spans({ written })).toEqual([
      [10, 20],
      [30, 40],
    ]);
  });
});
