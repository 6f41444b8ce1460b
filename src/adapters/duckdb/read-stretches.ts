import { type TierName, TIERS } from '../../metrics/metric-store.port.js';
import { DAY_MS, type Layout } from './metric-layout.js';
import { FINER, holesOf } from './tier-holes.js';

/** A stretch of time and the tier that it is read from. */
export interface Stretch {
  readonly tier: TierName;
  /** Inclusive, ms since the epoch. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/** Each tier as far as it is rolled up, from there on the next finer one; a day that a tier has lost is read from the finer one, too. */
export function readStretches(
  layout: Layout,
  { tier, kind, fromMs, toMs }: Stretch & { readonly kind: string },
): Stretch[] {
  const stretches: Stretch[] = [];
  let startMs = fromMs;
  for (const name of TIERS.slice(0, TIERS.indexOf(tier) + 1).toReversed()) {
    const endMs = name === 'raw' ? toMs : Math.min(toMs, layout.rolledUp.get(name)?.get(kind) ?? startMs);
    if (endMs <= startMs) continue;
    stretches.push(...aroundHoles(layout, kind, { tier: name, fromMs: startMs, toMs: endMs }));
    startMs = endMs;
  }
  return stretches;
}

function aroundHoles(layout: Layout, kind: string, stretch: Stretch): Stretch[] {
  const { tier, fromMs, toMs } = stretch;
  if (tier === 'raw') return [stretch];
  const parts: Stretch[] = [];
  let startMs = fromMs;
  for (const { dayMs } of holesOf(layout, tier, kind)) {
    const [holeMs, endMs] = [Math.max(startMs, dayMs), Math.min(toMs, dayMs + DAY_MS)];
    if (holeMs >= endMs) continue;
    if (startMs < holeMs) parts.push({ tier, fromMs: startMs, toMs: holeMs });
    parts.push({ tier: FINER[tier], fromMs: holeMs, toMs: endMs });
    startMs = endMs;
  }
  if (startMs < toMs) parts.push({ tier, fromMs: startMs, toMs });
  return parts;
}
