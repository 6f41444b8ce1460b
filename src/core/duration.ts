/** Durations as users type them: `30s`, `5m`, `1h`, `1d`, `250ms`, and sums of those such as `1h30m`. */

/** The text is not a duration. */
export class DurationError extends Error {
  override readonly name = 'DurationError';

  constructor(readonly text: string) {
    super(`${JSON.stringify(text)} is not a duration such as 30s, 5m, 1h or 1d`);
  }
}

const UNITS_MS: readonly (readonly [string, number])[] = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];
const SYNTAX = /^(?:\d{1,15}(?:\.\d{1,9})?(?:ms|[smhdw]))+$/;
const TERM = /(\d+(?:\.\d+)?)(ms|[smhdw])/g;
const MAX_LENGTH = 64;

/** Milliseconds (whole; fractions of one are rounded), never negative. @throws DurationError */
export function parseDuration(text: string): number {
  if (text.length > MAX_LENGTH || !SYNTAX.test(text)) throw new DurationError(text);
  const ms = [...text.matchAll(TERM)].reduce((sum, [, amount, unit]) => sum + Number(amount) * unitMs(unit), 0);
  if (!Number.isSafeInteger(Math.round(ms))) throw new DurationError(text);
  return Math.round(ms);
}

/** Whether the text is a duration within bounds, both included. */
export function isDurationBetween(text: string, leastMs: number, mostMs: number): boolean {
  try {
    const ms = parseDuration(text);
    return ms >= leastMs && ms <= mostMs;
  } catch (error) {
    if (error instanceof DurationError) return false;
    throw error;
  }
}

/** The shortest exact spelling: 90,000 is `1m30s`, 0 is `0s`. Weeks are written in days. @param ms whole and not negative */
export function formatDuration(ms: number): string {
  let rest = ms;
  let text = '';
  for (const [unit, size] of UNITS_MS) {
    if (unit === 'w' || rest < size) continue;
    text += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return text || '0s';
}

function unitMs(unit: string | undefined): number {
  return UNITS_MS.find(([name]) => name === unit)?.[1] ?? Number.NaN;
}
