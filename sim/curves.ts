/**
 * Curves of use over wall-clock time, with their integrals in closed form: a counter at any moment is the integral since its start, so counters need no
 * memory, go on upward after a restart of the simulator, and a rate over any window can be checked against the truth.
 */
export interface Curve {
  /** Mean level without bursts (cores, bytes, ...). */
  readonly base: number;
  /** Amplitudes relative to `base` of a daily wave and of a ripple of minutes. Together below 1, so that a rate is never negative. */
  readonly day: number;
  readonly dayPhaseMs: number;
  readonly ripple: number;
  readonly ripplePeriodMs: number;
  readonly ripplePhaseMs: number;
  /** A square wave on top: `burst` for the first `burstMs` of every `burstPeriodMs`, counted from `burstPhaseMs`. */
  readonly burst: number;
  readonly burstMs: number;
  readonly burstPeriodMs: number;
  readonly burstPhaseMs: number;
}

const DAY_MS = 86_400_000;
const TURN = 2 * Math.PI;

/** The level at a moment, in the curve's own unit. */
export function levelAt(curve: Curve, atMs: number): number {
  const wave =
    curve.day * Math.sin((TURN * (atMs + curve.dayPhaseMs)) / DAY_MS) +
    curve.ripple * Math.sin((TURN * (atMs + curve.ripplePhaseMs)) / curve.ripplePeriodMs);
  const isBurst = curve.burst > 0 && modulo(atMs - curve.burstPhaseMs, curve.burstPeriodMs) < curve.burstMs;
  return curve.base * (1 + wave) + (isBurst ? curve.burst : 0);
}

/** The integral from one moment to a later one, in unit-seconds; 0 when the window is empty or reversed. */
export function integral(curve: Curve, fromMs: number, toMs: number): number {
  if (toMs <= fromMs) return 0;
  let total = curve.base * ((toMs - fromMs) / 1000 + waves(curve, toMs) - waves(curve, fromMs));
  if (curve.burst > 0) total += curve.burst * (burstSeconds(curve, toMs) - burstSeconds(curve, fromMs));
  return total;
}

function waves(curve: Curve, atMs: number): number {
  const day = curve.day * (DAY_MS / 1000 / TURN) * Math.cos((TURN * ((atMs + curve.dayPhaseMs) % DAY_MS)) / DAY_MS);
  const period = curve.ripplePeriodMs;
  const ripple =
    curve.ripple * (period / 1000 / TURN) * Math.cos((TURN * ((atMs + curve.ripplePhaseMs) % period)) / period);
  return -day - ripple;
}

function burstSeconds(curve: Curve, atMs: number): number {
  const sinceMs = atMs - curve.burstPhaseMs;
  const whole = Math.floor(sinceMs / curve.burstPeriodMs);
  return (whole * curve.burstMs + Math.min(sinceMs - whole * curve.burstPeriodMs, curve.burstMs)) / 1000;
}

function modulo(value: number, period: number): number {
  return value - Math.floor(value / period) * period;
}

/** A curve without waves. */
export function flat(base: number): Curve {
  return {
    base,
    day: 0,
    dayPhaseMs: 0,
    ripple: 0,
    ripplePeriodMs: 1000,
    ripplePhaseMs: 0,
    burst: 0,
    burstMs: 0,
    burstPeriodMs: 1000,
    burstPhaseMs: 0,
  };
}
