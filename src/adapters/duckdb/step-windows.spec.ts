import { describe, expect, it } from '@jest/globals';
import { stepWindows } from './step-windows.js';

describe('stepWindows', () => {
  it.each([
    ['one piece when all fits', { fromMs: 0, toMs: 100, stepMs: 10 }, 10, 100, [[0, 100]]],
    ['pieces of whole steps', { fromMs: 0, toMs: 95, stepMs: 10 }, 10, 40, [[0, 40], [40, 80], [80, 95]]], // prettier-ignore
    ['cuts where steps begin, not where the range does', { fromMs: 7, toMs: 50, stepMs: 10 }, 1, 2, [[7, 20], [20, 40], [40, 50]]], // prettier-ignore
    ['steps that begin elsewhere', { fromMs: 7, toMs: 30, stepMs: 10, originMs: 103 }, 1, 1, [[7, 13], [13, 23], [23, 30]]], // prettier-ignore
    ['a step that has too many points alone', { fromMs: 0, toMs: 20, stepMs: 10 }, 1000, 10, [[0, 10], [10, 20]]], // prettier-ignore
    ['no object', { fromMs: 0, toMs: 20, stepMs: 10 }, 0, 10, [[0, 20]]],
    ['nothing of an empty range', { fromMs: 20, toMs: 20, stepMs: 10 }, 1, 10, []],
  ])('gives %s', (_, range, objects, maxPoints, expected) => {
    expect(
      stepWindows(range, { objects, maxPoints, lastCutMs: 1000 }).map(({ fromMs, toMs }) => [fromMs, toMs]),
    ).toEqual(expected);
  });

  it('does not cut after an instant', () => {
    const cut = stepWindows({ fromMs: 0, toMs: 50, stepMs: 10 }, { objects: 1, maxPoints: 1, lastCutMs: 20 });
    expect(cut.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([[0, 10], [10, 20], [20, 50]]); // prettier-ignore
  });
});
