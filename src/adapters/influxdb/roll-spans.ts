/** A span of a tier that is to be rolled up, from the start of a row to the end of one. */
export interface RollSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is known of a tier before it is rolled up. */
export interface RollState {
  /** Width of a row. */
  readonly widthMs: number;
  /** Start of the oldest row or sample of the finer tier; absent when it holds none. */
  readonly finerOldestMs: number | undefined;
  /** Rows that end at or before this are due. */
  readonly untilMs: number;
  /** End of the newest row. */
  readonly rolledUntilMs: number | undefined;
  /** By the start of a row: when what it is made of was last written, ms since the epoch. */
  readonly written: ReadonlyMap<number, number>;
  /** By the start of a row: when it was begun to be made. */
  readonly rolled: ReadonlyMap<number, number>;
}

/** Rows that are made at once. */
const ROWS_AT_ONCE = 12;

/** So long may an append take after its mark is written, and clocks differ. */
export const WRITING_MS = 2 * 60_000;

/**
 * Decides what to roll up: what was written of rows that ended since the newest one, and rows again whose samples were written after they were made (or too shortly before to tell).
 * Rows that the finer tier no longer reaches back to stay as they are.
 */
export function rollSpans(state: RollState): RollSpan[] {
  const { widthMs, finerOldestMs, rolledUntilMs } = state;
  if (finerOldestMs === undefined) return [];
  const oldestMs = Math.floor(finerOldestMs / widthMs) * widthMs;
  const untilMs = Math.floor(state.untilMs / widthMs) * widthMs;
  const freshMs = Math.max(oldestMs, rolledUntilMs ?? oldestMs);
  const late = [...state.written]
    .filter(([rowMs]) => rowMs >= oldestMs && rowMs < Math.min(freshMs, untilMs))
    .filter(([rowMs, writtenMs]) => writtenMs >= (state.rolled.get(rowMs) ?? 0) - WRITING_MS)
    .map(([rowMs]) => rowMs)
    .sort((left, right) => left - right);
  const fresh = [...state.written.keys()].filter((rowMs) => rowMs >= freshMs && rowMs < untilMs).sort((a, b) => a - b);
  return [...late, ...fresh].reduce<RollSpan[]>((spans, rowMs) => {
    const last = spans.at(-1);
    const follows = last?.toMs === rowMs && rowMs - last.fromMs < ROWS_AT_ONCE * widthMs;
    if (!last || !follows) return [...spans, { fromMs: rowMs, toMs: rowMs + widthMs }];
    return [...spans.slice(0, -1), { fromMs: last.fromMs, toMs: rowMs + widthMs }];
  }, []);
}
