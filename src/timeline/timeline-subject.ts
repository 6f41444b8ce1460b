import { chooseStep } from '../core/choose-step.js';
import { instantAt } from '../core/time-range.js';
import { invalidInput } from '../platform/errors.js';
import type { TimelineQuery } from './timeline-fields.js';

/** What a timeline is about. */
export type TimelineSubject =
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'workload'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'node'; readonly name: string };

export interface TimelineAxis {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

const SPAN_MS = 30 * 60_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const STEPS = 60;

export function subjectOf({ namespace = '', pod, workload, node }: TimelineQuery): TimelineSubject {
  if (pod !== undefined) return { kind: 'pod', namespace, name: pod };
  if (workload !== undefined) return { kind: 'workload', namespace, name: workload };
  return { kind: 'node', name: node ?? '' };
}

/** @throws ProblemError 400 */
export function axisOf(query: TimelineQuery, nowMs: number, maxSteps: number): TimelineAxis {
  const { fromMs, toMs } = spanOf(query, nowMs);
  if (fromMs >= toMs) throw invalidInput('from', 'must be before to');
  const stepMs = query.step ?? chooseStep(toMs - fromMs, MINUTE_MS, STEPS);
  if ((toMs - fromMs) / stepMs > maxSteps)
    throw invalidInput('step', `makes more than ${maxSteps} steps (QUERY_MAX_POINTS)`, 'QUERY_MAX_POINTS');
  return { fromMs, toMs, stepMs };
}

function spanOf({ around, span = SPAN_MS, from, to }: TimelineQuery, nowMs: number): { fromMs: number; toMs: number } {
  if (around !== undefined) {
    const middleMs = instantAt(around, nowMs);
    return { fromMs: Math.max(0, middleMs - span / 2), toMs: middleMs + span / 2 };
  }
  const toMs = to === undefined ? nowMs : instantAt(to, nowMs);
  return { fromMs: from === undefined ? Math.max(0, toMs - HOUR_MS) : instantAt(from, nowMs), toMs };
}
