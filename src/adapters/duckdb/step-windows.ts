import type { GroupQuery } from '../../metrics/metric-store.port.js';

export interface StepWindow {
  /** Inclusive, ms since the epoch. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/**
 * Cuts a range between steps, so that no piece has more points than fit in memory. (Grouping 3,000 objects at 240 steps at once took 250 MB.)
 * @param limits.objects how many have points
 * @param limits.maxPoints of a piece, unless one step alone has more
 * @param limits.lastCutMs it is not cut after this instant
 */
export function stepWindows(
  { fromMs, toMs, stepMs, originMs = 0 }: Pick<GroupQuery, 'fromMs' | 'toMs' | 'stepMs' | 'originMs'>,
  limits: { readonly objects: number; readonly maxPoints: number; readonly lastCutMs: number },
): StepWindow[] {
  const widthMs = Math.max(1, Math.floor(limits.maxPoints / Math.max(1, limits.objects))) * stepMs;
  const lastCutMs = Math.min(limits.lastCutMs, toMs);
  const windows: StepWindow[] = [];
  let startMs = fromMs;
  let cutMs = originMs + Math.floor((fromMs - originMs) / stepMs) * stepMs + widthMs;
  for (; cutMs < toMs && cutMs <= lastCutMs; startMs = cutMs, cutMs += widthMs)
    windows.push({ fromMs: startMs, toMs: cutMs });
  return startMs < toMs ? [...windows, { fromMs: startMs, toMs }] : windows;
}
