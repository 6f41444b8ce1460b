/** Which way an amount is to go; `overwrite`: it is not set on this side, so there is no direction. */
export type Direction = 'keep' | 'scale-up' | 'scale-down' | 'overwrite';

/** What one amount is judged to be. */
export interface Judgement {
  readonly direction: Direction;
  readonly because: string;
}

/**
 * Whether a set amount is near enough to the expected one: their quotient, rounded **down** to whole percent, from `100 - upPercent` to `100 + downPercent`. So with 5 percent 105.99 % passes and
 * 94.9 % does not. The rule of addon-resizer 1.x (kubernetes/autoscaler addon-resizer 1.8, nanny/nanny_lib.go), without its division by an expected 0: that is never set, as a limit of 0 is no limit.
 *
 * @param actual absent: not set
 */
export function judgeByThreshold(
  actual: bigint | undefined,
  expected: bigint,
  { upPercent, downPercent }: { readonly upPercent: number; readonly downPercent: number },
): Judgement {
  if (expected === 0n) return { direction: 'keep', because: 'is estimated to be 0, which is never set' };
  if (actual === undefined) return { direction: 'overwrite', because: 'is not set' };
  const percent = (actual * 100n) / expected;
  const is = `is ${percent} % of the estimate`;
  if (percent < BigInt(100 - upPercent))
    return { direction: 'scale-up', because: `${is}, less than ${100 - upPercent} %` };
  if (percent > BigInt(100 + downPercent))
    return { direction: 'scale-down', because: `${is}, more than ${100 + downPercent} %` };
  return { direction: 'keep', because: is };
}

/** Amounts for fewer and for more than there are. */
export interface AmountRange {
  readonly lower: bigint;
  readonly upper: bigint;
}

/**
 * Whether a set amount is within the accepted range, and what it is to become when it is not: the nearer edge of the recommended one. The rule of addon-resizer 2.x (nanny/nanny_lib.go at HEAD).
 *
 * @param actual absent: not set
 */
export function judgeByRange(
  actual: bigint | undefined,
  accepted: AmountRange,
  recommended: AmountRange,
): Judgement & { readonly expected: bigint } {
  const { lower, upper } = recommended;
  const keepsZero = actual === undefined ? lower === 0n : upper === 0n;
  if (keepsZero) return { direction: 'keep', because: 'is estimated to be 0, which is never set', expected: 0n };
  if (actual === undefined) return { direction: 'overwrite', because: 'is not set', expected: lower };
  if (actual < accepted.lower)
    return { direction: 'scale-up', because: 'is below the accepted range', expected: lower };
  if (actual > accepted.upper)
    return { direction: 'scale-down', because: 'is above the accepted range', expected: upper };
  return { direction: 'keep', because: 'is within the accepted range', expected: actual };
}
