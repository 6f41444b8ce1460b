import { type LostSpan, TIERS } from '../../metrics/metric-store.port.js';
import type { SetAside } from './damaged-files.js';
import type { Kinds } from './metric-kinds.js';
import { DAY_MS, dayOf, type Layout, type Part, partOfFile } from './metric-layout.js';
import { readStretches } from './read-stretches.js';

/** A day is closed at most so long after its end, usually. */
const CLOSED_AFTER_MS = 2 * 3_600_000;

/** What readings lack because of the files that stand aside, by time. A day that was rolled up again since is not lost any more, nor one that is read from a finer tier. */
export function lostSpans(layout: Layout, kinds: Kinds, setAside: readonly SetAside[]): LostSpan[] {
  const lost = setAside.flatMap((file) => {
    const part = partOfFile(file.name);
    if (part) return lostDays(layout, kinds, part);
    return file.name.startsWith('metrics.duckdb') ? lostOpenDays(file.atMs) : [];
  });
  const unique = new Map(lost.map((span) => [JSON.stringify(span), span]));
  return [...unique.values()].sort((left, right) => left.fromMs - right.fromMs);
}

function lostDays(layout: Layout, kinds: Kinds, part: Pick<Part, 'tier' | 'kind' | 'dayMs'>): LostSpan[] {
  const kind = kinds.all.find(({ name }) => name === part.kind);
  const isMadeAgain = layout.parts.some(
    ({ tier, kind: name, dayMs }) => tier === part.tier && name === part.kind && dayMs === part.dayMs,
  );
  if (!kind || (part.tier !== 'raw' && isMadeAgain)) return [];
  const { type, family } = kind;
  return TIERS.flatMap((tier) =>
    readStretches(layout, { tier, kind: kind.name, fromMs: part.dayMs, toMs: part.dayMs + DAY_MS })
      .filter((stretch) => stretch.tier === part.tier)
      .map(({ fromMs, toMs }) => ({ tier, kind: { type, family }, fromMs, toMs })),
  );
}

/** Of the database and its log it is not known which rows are lost: at most those of the days that were open then. */
function lostOpenDays(atMs: number): LostSpan[] {
  const fromMs = dayOf(atMs - CLOSED_AFTER_MS);
  return TIERS.map((tier) => ({ tier, fromMs, toMs: atMs }));
}
