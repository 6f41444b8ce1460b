/**
 * When containers were restarted and ended. Restarts are what `restart_count` grew by in each step of the axis, as it was collected; how the last run ended, and
 * when the present one began, is what the kubelet tells now. Earlier ends are not known here: their events tell of them.
 */

export interface ContainerName {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export type ContainerChange = ContainerName & {
  /** `restarted`: within the step that begins then. */
  readonly atMs: number;
} & (
    | { readonly change: 'restarted'; readonly restarts: number }
    | { readonly change: 'started' }
    | { readonly change: 'ended'; readonly reason?: string; readonly exitCode?: number }
  );

/** How often a container was restarted in each step. */
export interface RestartSeries extends ContainerName {
  readonly points: readonly { readonly atMs: number; readonly restarts: number }[];
}

/** A container as the kubelet tells of it now. */
export interface ContainerNow extends ContainerName {
  readonly startedAtMs?: number;
  readonly lastEnd?: { readonly atMs: number; readonly reason?: string; readonly exitCode?: number };
}

/** By time; those of one instant by name. */
export function findRestarts(
  series: readonly RestartSeries[],
  containers: readonly ContainerNow[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): ContainerChange[] {
  const isWithin = (atMs: number | undefined): atMs is number => atMs !== undefined && atMs >= fromMs && atMs < toMs;
  const restarts = series.flatMap(({ points, ...name }) =>
    points
      .filter(({ restarts }) => restarts > 0)
      .map((point): ContainerChange => ({ ...name, change: 'restarted', ...point })),
  );
  const now = containers.flatMap(({ startedAtMs, lastEnd, ...name }): ContainerChange[] => [
    ...(lastEnd && isWithin(lastEnd.atMs) ? [{ ...name, change: 'ended' as const, ...lastEnd }] : []),
    ...(isWithin(startedAtMs) ? [{ ...name, change: 'started' as const, atMs: startedAtMs }] : []),
  ]);
  return [...restarts, ...now].sort((a, b) => a.atMs - b.atMs || (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ namespace, pod, container, change }: ContainerChange): string {
  return [namespace, pod, container, change].join('/');
}
