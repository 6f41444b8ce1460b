import type { z } from 'zod';
import { parseQuantity } from '../../core/quantity.js';

interface Checked {
  readonly mode: string;
  readonly estimator: { readonly type: string; readonly buckets?: readonly number[] };
  readonly rule: {
    readonly type: string;
    readonly recommendationPercent?: number;
    readonly acceptancePercent?: number;
  };
  readonly resources: Readonly<Record<string, Sizing | undefined>>;
}
interface Sizing {
  readonly base?: string | undefined;
  readonly extra?: string | undefined;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
}

/** What no field can tell by itself. */
export function checkResizerBody(body: Checked, context: z.core.$RefinementCtx): void {
  const refuse = (path: readonly string[], message: string): void =>
    context.addIssue({ code: 'custom', path: [...path], message });
  const { estimator, rule, resources, mode } = body;
  const managed = Object.entries(resources).flatMap(([name, sizing]) => (sizing ? [[name, sizing] as const] : []));
  if (managed.length === 0) refuse(['resources'], 'must name at least one of cpu, memory and ephemeral-storage');
  if (estimator.buckets?.some((bucket, index, all) => index > 0 && bucket <= (all[index - 1] ?? 0)))
    refuse(['estimator', 'buckets'], 'must ascend');
  if (rule.type === 'range' && estimator.type === 'measured')
    refuse(['rule', 'type'], 'a range is one of what is counted: take threshold with measured use');
  if ((rule.acceptancePercent ?? 0) < (rule.recommendationPercent ?? 0))
    refuse(['rule', 'acceptancePercent'], 'must be at least recommendationPercent');
  for (const [name, sizing] of managed) {
    checkSizing(sizing, estimator.type === 'measured', (field, message) => refuse(['resources', name, field], message));
    if (name !== 'ephemeral-storage') continue;
    if (estimator.type === 'measured') refuse(['resources', name], 'its use is not measured by container');
    if (mode === 'in-place') refuse(['resources', name], 'pods can be resized in place by cpu and memory alone');
  }
}

function checkSizing(sizing: Sizing, isMeasured: boolean, refuse: (field: string, message: string) => void): void {
  const { base, extra, min, max } = sizing;
  if (isMeasured && base !== undefined) refuse('base', 'is of the estimators that count: leave it out');
  if (isMeasured && extra !== undefined) refuse('extra', 'is of the estimators that count: leave it out');
  if (!isMeasured && base === undefined) refuse('base', 'is needed, such as 80m or 140Mi; 0 is allowed');
  if (min !== undefined && max !== undefined && isMore(min, max)) refuse('min', 'must be at most max');
}

function isMore(left: string, right: string): boolean {
  try {
    return parseQuantity(left).nanos > parseQuantity(right).nanos;
  } catch {
    return false; // told of the field itself
  }
}
