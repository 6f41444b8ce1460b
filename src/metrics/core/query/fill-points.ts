/** What stands in a step in which nothing was measured. */
export type Fill = 'none' | 'null' | 'previous' | 'linear' | number;

export const FILLS = ['none', 'null', 'previous', 'linear'] as const;

/** A step without a value holds null. */
export type FilledPoint = readonly [stepMs: number, value: number | null];

/**
 * Fills the gaps of a series. `previous` carries the value before on, `linear` lies on the straight line between the values before and after; a gap at the
 * edge that they cannot fill stays one. Nothing is filled where nothing is asked for (`none`).
 *
 * @param points by time, each at one of the steps
 * @param steps the starts of all steps, ascending
 */
export function fillPoints(
  points: readonly (readonly [number, number])[],
  steps: readonly number[],
  fill: Fill,
): readonly FilledPoint[] {
  if (fill === 'none') return points;
  const known = new Map(points);
  const filled: FilledPoint[] = [];
  let before: readonly [number, number] | undefined;
  let passed = 0;
  for (const step of steps) {
    const value = known.get(step);
    if (value !== undefined) {
      before = [step, value];
      passed += 1;
      filled.push(before);
      continue;
    }
    const made = fill === 'null' ? null : filler(fill, step, before, points[passed]);
    if (made !== undefined) filled.push([step, made]);
  }
  return filled;
}

function filler(
  fill: Exclude<Fill, 'none' | 'null'>,
  step: number,
  before: readonly [number, number] | undefined,
  after: readonly [number, number] | undefined,
): number | undefined {
  if (typeof fill === 'number') return fill;
  if (!before) return undefined;
  if (fill === 'previous') return before[1];
  if (!after) return undefined;
  return before[1] + ((after[1] - before[1]) * (step - before[0])) / (after[0] - before[0]);
}
