import { decodeSummary } from '../core/decode-summary.js';
import { SummaryGarbage } from '../core/summary-reader.js';
import type { MeasuredNode } from '../core/measured.js';
import { clockSkewMs, MAX_CLOCK_SKEW_MS } from '../core/rate-node.js';
import { NodeFailure } from './node-failure.js';

/**
 * Reads what a kubelet answered.
 * @param name whose answer it must be
 * @param receivedAtMs when it was there, by this process's clock
 * @throws NodeFailure `garbage` when it is no summary of that node, `clock-skew` when its figures are stamped too far from this clock
 */
export function readSummary(json: Buffer, name: string, receivedAtMs: number): MeasuredNode {
  return requireClock(decode(json, name), receivedAtMs);
}

/** The node as it was given. @throws NodeFailure `clock-skew` */
export function requireClock(node: MeasuredNode, receivedAtMs: number): MeasuredNode {
  const skewMs = clockSkewMs(node, receivedAtMs);
  if (!(Math.abs(skewMs) > MAX_CLOCK_SKEW_MS)) return node;
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  throw new NodeFailure(
    'clock-skew',
    skewMs > 0
      ? `Its figures are stamped ${minutes} minutes ahead of this clock: set the node's clock right.`
      : `Its figures are stamped ${minutes} minutes behind this clock: its clock is wrong, or its kubelet no longer renews them.`,
  );
}

function decode(json: Buffer, name: string): MeasuredNode {
  try {
    return decodeSummary(json, name);
  } catch (error) {
    if (error instanceof SummaryGarbage) throw new NodeFailure('garbage', error.message, { cause: error });
    throw error;
  }
}
