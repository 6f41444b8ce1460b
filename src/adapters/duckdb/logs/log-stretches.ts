import type { LogSpan } from '../../../logs/core/filter/log-filter.js';

/** Lines of a stretch stand together in a segment. */
const STRETCH_LINES = 131_072n;

/** A segment's span and size; times are nanoseconds since the epoch, both ends included. */
export interface StoredSpan {
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  readonly lines: number;
}

/**
 * A segment's stretches are parts of its span, equally long, numbered from 0 on: of about `STRETCH_LINES` lines where these come evenly. They are the same whenever they are computed, since they are nowhere written down.
 */
export function stretchCount(span: StoredSpan): number {
  return Number((span.lastTime - span.firstTime) / stretchNs(span)) + 1;
}

export function stretchSpan(span: StoredSpan, stretch: number): LogSpan {
  const ns = stretchNs(span);
  const fromNs = span.firstTime + ns * BigInt(stretch);
  return { fromNs, toNs: fromNs + ns };
}

/** The number of a line's stretch. */
export function stretchSql(span: StoredSpan): string {
  return `(time - ${String(span.firstTime)}) // ${String(stretchNs(span))}`;
}

function stretchNs({ firstTime, lastTime, lines }: StoredSpan): bigint {
  return ((lastTime - firstTime + 1n) * STRETCH_LINES) / BigInt(lines) + 1n;
}
