/**
 * How a policy and the kubelets of its nodes get along. Where the kubelet's high mark is not above the policy's, the kubelet comes first: it
 * removes without a plan, and what it removes is gone from under this one. Its eviction for want of disk takes every unused image at once;
 * by default it begins where its high mark of 85 % is (`imagefs.available<15%`), and looks every 10 seconds.
 */
import type { GcPolicy } from './policy.js';

/** What a kubelet's `/configz` tells. */
export interface KubeletMarks {
  readonly node: string;
  /** `unknown` where it may not be asked or does not answer. */
  readonly marks: { readonly highPercent: number; readonly lowPercent: number } | 'unknown';
  /** Of `evictionHard`, `imagefs.available` in percent. */
  readonly evictionFreePercent?: number;
}

export interface MarkAdvice {
  /** In sentences. */
  readonly warnings: readonly string[];
  /** Marks below those of every kubelet that is known; absent when the policy's are so already, or it has no target in percent. */
  readonly proposed?: { readonly highPercent: number; readonly lowPercent: number };
}

/** How far below a kubelet's mark a policy should act, so that a run is done before the kubelet begins. */
const DISTANCE_PERCENT = 5;
const SPAN_PERCENT = 10;

export function adviseMarks({ images }: GcPolicy, kubelets: readonly KubeletMarks[]): MarkAdvice {
  const target = images?.targets.find(({ kind }) => kind === 'percent');
  if (target?.kind !== 'percent') return { warnings: [] };
  const { highPercent, lowPercent } = target;
  const known = kubelets.flatMap(({ node, marks, evictionFreePercent }) =>
    marks === 'unknown' ? [] : [{ node, actsAt: Math.min(marks.highPercent, 100 - (evictionFreePercent ?? 0)) }],
  );
  const fighting = known.filter(({ actsAt }) => highPercent >= actsAt);
  const lowest = Math.min(...known.map(({ actsAt }) => actsAt));
  const unknown = kubelets.length - known.length;
  const warnings = [
    ...(fighting.length === 0 ? [] : [fightText(highPercent, fighting)]),
    ...(unknown === 0
      ? []
      : [
          `The marks of ${unknown} of ${kubelets.length} kubelets are unknown: nodes/configz may not be read or did not answer.`,
        ]),
  ];
  if (fighting.length === 0) return { warnings };
  const high = Math.max(1, Math.min(highPercent, lowest - DISTANCE_PERCENT));
  return {
    warnings,
    proposed: { highPercent: high, lowPercent: Math.max(0, Math.min(lowPercent, high - SPAN_PERCENT)) },
  };
}

function fightText(
  highPercent: number,
  fighting: readonly { readonly node: string; readonly actsAt: number }[],
): string {
  const [first] = fighting.toSorted((a, b) => a.actsAt - b.actsAt || (a.node < b.node ? -1 : 1));
  const others = fighting.length > 1 ? ` and ${fighting.length - 1} more` : '';
  return `The high mark of ${highPercent} % is not below the ${first?.actsAt} % at which the kubelet of ${first?.node}${others} acts by itself: it would remove images before a plan can.`;
}
