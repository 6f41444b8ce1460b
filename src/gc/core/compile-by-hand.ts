import type { InventoryContainer } from '../../agents/core/inventory.js';
import { ageText } from './age-text.js';
import { compilePattern } from './compile-pattern.js';
import type { ByHandRule } from './policy.js';

/** What becomes of a container, by which rule, and why, in a sentence. */
export interface Verdict {
  readonly goes: boolean;
  readonly rule: string;
  readonly because: string;
}

/** Judges a container that Kubernetes did not make. */
export type ByHandJudge = (one: InventoryContainer, nowMs: number) => Verdict;

const UNNAMED: Verdict = {
  goes: false,
  rule: 'built-in/by-hand',
  because: 'It was started by hand on the node and no rule names it.',
};

/** @throws PatternError */
export function compileByHand(byHand: readonly ByHandRule[]): ByHandJudge {
  const rules = byHand.map(({ container, ...rule }) => ({ ...rule, means: compilePattern(container) }));
  return ({ name, finishedAtMs }, nowMs) => {
    const named = rules.filter(({ means }) => means(name));
    const [first] = named;
    if (!first) return UNNAMED;
    const exitedMs = finishedAtMs === undefined ? undefined : nowMs - finishedAtMs;
    const rule = named.find(({ exitedForMs }) => exitedMs !== undefined && exitedMs >= exitedForMs);
    if (rule && exitedMs !== undefined)
      return {
        goes: true,
        rule: rule.name,
        because: `The rule ${rule.name} names it and it exited ${ageText(exitedMs)} ago.`,
      };
    const when = exitedMs === undefined ? 'is not known to have exited' : `exited only ${ageText(exitedMs)} ago`;
    return { goes: false, rule: first.name, because: `The rule ${first.name} names it, but it ${when}.` };
  };
}
