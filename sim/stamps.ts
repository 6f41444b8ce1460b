import { between, hash } from './seeded.js';

/** When a kubelet last looked, and the time before: whole seconds, as its JSON shows them. */
export interface Stamp {
  readonly atMs: number;
  readonly previousMs: number;
}

/** The most by which a pod's own stamp lies before its node's. */
export const MAX_POD_LAG_MS = 2000;

/** A kubelet looks every 11 to 14 seconds, give or take half a second: gaps of 10 to 15 seconds, a pure function of node and time. */
export class StampSeries {
  private readonly periodMs: number;
  private readonly phaseMs: number;

  constructor(
    private readonly seed: number,
    private readonly node: string,
  ) {
    this.periodMs = Math.round(between(11_500, 13_500, seed, 'stamp-period', node));
    this.phaseMs = Math.round(between(0, 13_500, seed, 'stamp-phase', node));
  }

  /** The last stamp at or before `nowMs`. */
  at(nowMs: number): Stamp {
    let turn = Math.floor((nowMs - this.phaseMs) / this.periodMs) + 1;
    while (this.turnMs(turn) > nowMs) turn--;
    return { atMs: this.turnMs(turn), previousMs: this.turnMs(turn - 1) };
  }

  /** How far a pod's stamp lies before the node's, in whole seconds. */
  podLagMs(uid: string): number {
    return (hash(this.seed, 'lag', uid) % (MAX_POD_LAG_MS / 1000 + 1)) * 1000;
  }

  private turnMs(turn: number): number {
    const jitterMs = between(-500, 500, this.seed, 'stamp', this.node, turn);
    return Math.floor((this.phaseMs + turn * this.periodMs + jitterMs) / 1000) * 1000;
  }
}
