import { ageText } from './age-text.js';
import type { LedgerRow } from './ledger-row.js';

/** Why an image that nothing refers to is no longer as it was planned: it was used since, or it was away and is there anew. In words that go on a sentence. */
export function whyChangedSince(
  { firstSeenAtMs, lastUsedAtMs }: Pick<LedgerRow, 'firstSeenAtMs' | 'lastUsedAtMs'>,
  plannedAtMs: number,
  nowMs: number,
): string | undefined {
  if (lastUsedAtMs !== undefined && lastUsedAtMs > plannedAtMs)
    return `it was last used ${ageText(nowMs - lastUsedAtMs)} ago`;
  return firstSeenAtMs > plannedAtMs ? `it has come anew, ${ageText(nowMs - firstSeenAtMs)} ago` : undefined;
}
