import type { RolledTier, TierName } from '../../metrics/metric-store.port.js';
import { DAY_MS, type Layout } from './metric-layout.js';

/** A day of a kind that a rolled-up tier has lost while the finer one has it. */
export interface Hole {
  readonly kind: string;
  readonly dayMs: number;
  /** Exclusive end: of the day, or where the tier was rolled up to. */
  readonly toMs: number;
}

/** The tier that a tier is made from. */
export const FINER: Readonly<Record<RolledTier, TierName>> = { '5m': 'raw', '1h': '5m' };

/**
 * The days that a tier says to have (they lie before its mark, and no retention took them) and has no file of, because it was set aside as damaged. Until they are
 * rolled up again they are read from the finer tier. Ascending by day.
 * @param kind only this one
 */
export function holesOf(layout: Layout, tier: RolledTier, kind?: string): Hole[] {
  const finer = FINER[tier];
  const droppedMs = Math.max(...[tier, finer].map((one) => layout.droppedBefore.get(one) ?? Number.NEGATIVE_INFINITY));
  const marks = layout.rolledUp.get(tier);
  const isAsked = (one: string): boolean => kind === undefined || one === kind;
  const has = new Set(layout.parts.filter((part) => part.tier === tier && isAsked(part.kind)).map(keyOf));
  const holes = new Map<string, Hole>();
  for (const part of layout.parts) {
    if (part.tier !== finer || !isAsked(part.kind) || has.has(keyOf(part)) || part.dayMs < droppedMs) continue;
    const toMs = Math.min(marks?.get(part.kind) ?? Number.NEGATIVE_INFINITY, part.dayMs + DAY_MS);
    if (part.dayMs < toMs) holes.set(keyOf(part), { kind: part.kind, dayMs: part.dayMs, toMs });
  }
  return [...holes.values()].sort((left, right) => left.dayMs - right.dayMs);
}

/** A kind and its day. */
export function keyOf({ kind, dayMs }: Pick<Hole, 'kind' | 'dayMs'>): string {
  return `${kind} ${String(dayMs)}`;
}
