import type { ObjectType, ResourceFamily } from '../core/sample.js';
import type { LostSpan, TierName } from '../metric-store.port.js';
import { isoOf } from './iso-of.js';
import type { Span } from './query-limits.js';

/** What was read for an answer. */
export interface ReadSpan extends Span {
  readonly tier: TierName;
  readonly type: ObjectType;
  /** Of the metric, when it is of one. */
  readonly family: ResourceFamily | undefined;
}

const MOST_NAMED = 4;

/** The note that says which spans of what was read are lost with damaged files; none when nothing is. */
export function noteLost(lost: readonly LostSpan[], read: readonly ReadSpan[]): string[] {
  const said = new Set(
    lost.flatMap((span) => read.filter((one) => concerns(span, one)).map((one) => describe(span, one))),
  );
  if (said.size === 0) return [];
  const rest = said.size > MOST_NAMED ? ` and ${said.size - MOST_NAMED} more` : '';
  return [`Lost with damaged files of the store: ${[...said].slice(0, MOST_NAMED).join(', ')}${rest}.`];
}

function concerns({ tier, kind, fromMs, toMs }: LostSpan, read: ReadSpan): boolean {
  const isOfKind = kind === undefined || (kind.type === read.type && kind.family === read.family);
  return isOfKind && tier === read.tier && fromMs < read.toMs && toMs > read.fromMs;
}

function describe({ kind, fromMs, toMs }: LostSpan, { type, fromMs: readFromMs, toMs: readToMs }: ReadSpan): string {
  const span = `from ${isoOf(Math.max(fromMs, readFromMs))} to ${isoOf(Math.min(toMs, readToMs))}`;
  return kind === undefined ? `some samples ${span}` : `${type} samples ${span}`;
}
