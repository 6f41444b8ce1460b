import type { KubernetesEvent } from '../core/kubernetes-event.js';
import type { EventCoverage } from '../watch/event-coverage.js';
import type { EventCoverageView, EventView } from './event.schema.js';

/** An event as the API answers it. */
export function presentEvent(told: KubernetesEvent): EventView {
  const { resourceVersion: _, firstAtMs, lastAtMs, ...event } = told;
  return { ...event, firstAt: isoOf(firstAtMs), lastAt: isoOf(lastAtMs) };
}

export function presentCoverage({ asOfMs, gaps, ...coverage }: EventCoverage): EventCoverageView {
  return {
    ...coverage,
    ...(asOfMs === undefined ? {} : { asOf: isoOf(asOfMs) }),
    gaps: gaps.map(({ fromMs, toMs }) => ({ from: isoOf(fromMs), to: isoOf(toMs) })),
  };
}

export function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
