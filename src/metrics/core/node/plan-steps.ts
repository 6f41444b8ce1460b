/** The most points of a series in the tree of a node, and the most stats of a container in cAdvisor's form. */
export const MOST_STEPS = 60;

/** Steps of equal width that end at `toMs`. */
export interface Steps {
  readonly stepMs: number;
  /** How many; at least one. */
  readonly count: number;
}

/** Divides a span into as many steps as cycles fit, and into at most `MOST_STEPS`: then a step holds several cycles. */
export function planSteps(spanMs: number, resolutionMs: number): Steps {
  const cyclesAStep = Math.max(1, Math.ceil(spanMs / MOST_STEPS / resolutionMs));
  const stepMs = cyclesAStep * resolutionMs;
  return { stepMs, count: Math.max(1, Math.min(MOST_STEPS, Math.ceil(spanMs / stepMs))) };
}
