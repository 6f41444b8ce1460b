import type { StaticPodState } from '../../agents/core/static-pod.js';

/** What the folder has under the name of a changed manifest. Both are true of a change that changed nothing. */
export interface FoundManifestIs {
  /** What was there before the change (nothing, where nothing was). */
  readonly before: boolean;
  /** What the change wrote (nothing, where it took the manifest away). */
  readonly after: boolean;
}

/** `restore`: put back what was there before, and then note it. `note` alone: the file is as it should be, or nobody's to touch. */
export type ChangeJudgement = { readonly do: 'restore' } | ChangeNote;
interface ChangeNote {
  readonly do: 'note';
  readonly state: Exclude<StaticPodState, 'pending'>;
  readonly because: string;
}

const NOT_OURS =
  'the manifest is neither what was written nor what was there before: somebody else has changed it, and it was left as it is';

/**
 * How long a pending change may still wait. Never longer than it was given, whatever the clock was set to since.
 * @param deadlineAtMs by the clock that `nowMs` is of, which may have been set forward or back since
 */
export function restOf(
  change: { readonly deadlineAtMs: number; readonly confirmWithinMs: number },
  nowMs: number,
): number {
  return Math.min(Math.max(change.deadlineAtMs - nowMs, 0), change.confirmWithinMs);
}

/**
 * What becomes of a change that is to be undone: its time is over, also while its agent was dead, or somebody asked for it.
 *
 * The journal has a change before the folder has it, so one of which the folder has nothing was never made, or is undone already: then nothing is written. Hence doing it twice does no harm.
 *
 * @param because why it is undone
 */
export function judgeUndoing(found: FoundManifestIs, because: string): ChangeJudgement {
  if (found.before) return { do: 'note', state: 'restored', because };
  return found.after ? { do: 'restore' } : { do: 'note', state: 'left', because: NOT_OURS };
}

/** What becomes of a pending change that the server confirms: it stays only where it is still there. */
export function judgeConfirmation(found: FoundManifestIs): ChangeNote {
  if (found.after) return { do: 'note', state: 'confirmed', because: 'it was confirmed' };
  if (!found.before) return { do: 'note', state: 'left', because: NOT_OURS };
  return { do: 'note', state: 'restored', because: 'somebody has put back what was there before' };
}
