import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Aggregation } from '../../metrics/metric-store.port.js';
import { foldSamples, isFolded } from './fold-samples.js';

const SAMPLES = [
  [60, 4],
  [5, 1],
  [25, 7],
  [15, 2],
] as const;

describe('folding the samples of one object', () => {
  it.each<[Aggregation, [number, number][]]>([
    [
      'avg',
      [
        [-10, 1],
        [10, 4.5],
        [50, 4],
      ],
    ],
    [
      'min',
      [
        [-10, 1],
        [10, 2],
        [50, 4],
      ],
    ],
    [
      'max',
      [
        [-10, 1],
        [10, 7],
        [50, 4],
      ],
    ],
    [
      'sum',
      [
        [-10, 1],
        [10, 9],
        [50, 4],
      ],
    ],
    [
      'count',
      [
        [-10, 1],
        [10, 2],
        [50, 1],
      ],
    ],
    [
      'last',
      [
        [-10, 1],
        [10, 7],
        [50, 4],
      ],
    ],
  ])('takes %s of each step that has samples, the steps counted from their origin', (aggregation, points) => {
    const query = { aggregation, stepMs: 20, originMs: 30 };
    expect(
      foldSamples(
        SAMPLES.map(([at]) => at),
        SAMPLES.map(([, value]) => value),
        query,
      ),
    ).toEqual(points);
  });

  it('has no point where there is no sample', () => {
    expect(foldSamples([], [], { aggregation: 'sum', stepMs: 20 })).toEqual([]);
  });

  it('leaves what needs all values in their order of size, or samples of before, to the engine', () => {
    const all: Aggregation[] = ['p50', 'p99', 'rate', 'increase', 'avg'];
    expect(all.filter((aggregation) => isFolded(aggregation))).toEqual(['avg']);
  });

  it('counts every sample once, in the step that holds it, whatever the order', () => {
    const instants = fc.uniqueArray(fc.integer({ min: 0, max: 5000 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: -500, max: 500 }),
        (all, stepMs, originMs) => {
          const counted = foldSamples(all, all, { aggregation: 'count', stepMs, originMs });
          const expected = Map.groupBy(all, (at) => originMs + Math.floor((at - originMs) / stepMs) * stepMs);
          const steps = [...expected].map(([step, { length }]) => [step, length]).sort(([a = 0], [b = 0]) => a - b);
          expect(counted).toEqual(steps);
        },
      ),
    );
  });
});
