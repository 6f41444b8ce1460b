import type { ScopeSamples } from '../metric-store.port.js';

/**
 * What the store holds of one cycle, as it was appended.
 *
 * Contract: each scope is in one batch, whole, with all of its objects and values; workload and labels are those that the object had then or has lately. A scope that is
 * replaced meanwhile may come in its old or its new form. Between two batches nothing of the store is held, however long the caller takes.
 */
export abstract class CycleSamples {
  /** Nothing when the store has never had the cycle or has it no longer. @throws the signal's reason, and what the store throws */
  abstract read(cycleAtMs: number, signal?: AbortSignal): AsyncIterable<readonly ScopeSamples[]>;
  /** About how many bytes the cycle takes in the store (once its day is compacted); 0 when it is not there. */
  abstract estimateBytes(cycleAtMs: number): Promise<number>;

  /**
   * Tells that the sinks want nothing any more of what closings up to `position` cover, nor of cycles of before `keptFromMs`. A store that keeps its samples for
   * readers has nothing to do.
   */
  forget(_position: number, _keptFromMs: number): Promise<void> {
    return Promise.resolve();
  }
}
