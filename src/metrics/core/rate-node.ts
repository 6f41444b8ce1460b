/**
 * Makes a node's rates: each counter against the reading that was remembered of it, over the time between the node's own two stamps. Decides
 * also what is remembered for the next cycle. Source: Heapster's rate calculator (metrics/processors/rate_calculator.go); `rate.ts` says which rates are refused.
 */
import { slotOf, type Measured, type MeasuredNode } from './measured.js';
import { COUNTER, type Counters, type NodeReading } from './previous-reading.js';
import { cpuMillicores, isSameRun, ratePerSecond, windowMs } from './rate.js';

/** A node whose stamps are further than this from the collector's clock is not believed. */
export const MAX_CLOCK_SKEW_MS = 5 * 60_000;

const CPU_USAGE = slotOf('cpu/usage');
const CPU_USAGE_RATE = slotOf('cpu/usage_rate');
const PAGE_FAULTS = slotOf('memory/page_faults');
const PAGE_FAULTS_RATE = slotOf('memory/page_faults_rate');
const UPTIME = slotOf('uptime');
const RX = slotOf('network/rx');
const RX_ERRORS = slotOf('network/rx_errors');
const TX = slotOf('network/tx');
const TX_ERRORS = slotOf('network/tx_errors');
/** The rates, each with the place of its counter in a reading. */
const NETWORK_RATES = [
  { rate: slotOf('network/rx_rate'), counter: COUNTER.rx },
  { rate: slotOf('network/rx_errors_rate'), counter: COUNTER.rxErrors },
  { rate: slotOf('network/tx_rate'), counter: COUNTER.tx },
  { rate: slotOf('network/tx_errors_rate'), counter: COUNTER.txErrors },
];

export interface RateTimes {
  /** The cycle that is being collected. */
  readonly cycleAtMs: number;
  /** When the answer was there, by the collector's clock. */
  readonly collectedAtMs: number;
  /** Readings further apart make no rate. */
  readonly maxWindowMs: number;
}

/**
 * How far the node's newest stamp is from the collector's clock, in ms, positive when it is ahead; NaN when the node gives no stamp. Beyond
 * `MAX_CLOCK_SKEW_MS` either its clock is wrong or its kubelet no longer renews its figures. The two cannot be told apart, and old figures
 * must not pass for new ones, so then nothing of the answer is used, levels neither.
 */
export function clockSkewMs(node: MeasuredNode, collectedAtMs: number): number {
  const { cpuAtMs, memoryAtMs } = node.measured;
  const newest = Number.isNaN(memoryAtMs) || cpuAtMs > memoryAtMs ? cpuAtMs : memoryAtMs;
  return newest - collectedAtMs;
}

/**
 * Writes the rates and the uptime into `node`, and returns what is to be remembered of it with this cycle.
 *
 * A counter group (CPU, memory, network) whose stamp is the same as before is no new sample: it makes no rate, and the older reading is kept, so that the
 * next rate spans the longer window. A stamp that went back makes no rate and becomes the new base. A single object's stamp further than
 * `MAX_CLOCK_SKEW_MS` from the collector's clock makes no rate and is not remembered. `prev` of the same or a later cycle is not used.
 */
export function rateNode(node: MeasuredNode, prev: NodeReading | undefined, times: RateTimes): NodeReading {
  const known = prev && prev.cycleAtMs < times.cycleAtMs ? prev.counters : undefined;
  const counters = new Map<string, Counters>();
  const visit = (key: string, measured: Measured): void => {
    counters.set(key, rateObject(measured, known?.get(key), times));
  };
  visit('', node.measured);
  for (const container of node.systemContainers) visit(`/${container.name}`, container.measured);
  for (const pod of node.pods) {
    visit(pod.uid, pod.measured);
    for (const container of pod.containers) visit(`${pod.uid}/${container.name}`, container.measured);
  }
  return { cycleAtMs: times.cycleAtMs, counters };
}

function rateObject(measured: Measured, prev: Counters | undefined, times: RateTimes): Counters {
  const { values, startMs } = measured;
  const cpuAtMs = believed(measured.cpuAtMs, times);
  const memoryAtMs = believed(measured.memoryAtMs, times);
  const networkAtMs = believed(measured.networkAtMs, times);
  const at = Number.isNaN(cpuAtMs) ? memoryAtMs : cpuAtMs;
  if (at >= startMs) values[UPTIME] = at - startMs;
  const last = [
    startMs,
    cpuAtMs,
    values[CPU_USAGE] ?? NaN,
    memoryAtMs,
    values[PAGE_FAULTS] ?? NaN,
    networkAtMs,
    values[RX] ?? NaN,
    values[RX_ERRORS] ?? NaN,
    values[TX] ?? NaN,
    values[TX_ERRORS] ?? NaN,
  ];
  if (!prev) return last;
  const cpuWindow = windowBetween(last, prev, COUNTER.cpuAtMs, times.maxWindowMs);
  values[CPU_USAGE_RATE] = cpuMillicores(cpuWindow, last[COUNTER.cpuNs]!, prev[COUNTER.cpuNs]!);
  const memoryWindow = windowBetween(last, prev, COUNTER.memoryAtMs, times.maxWindowMs);
  values[PAGE_FAULTS_RATE] = ratePerSecond(memoryWindow, last[COUNTER.pageFaults]!, prev[COUNTER.pageFaults]!);
  const networkWindow = windowBetween(last, prev, COUNTER.networkAtMs, times.maxWindowMs);
  for (const { rate, counter } of NETWORK_RATES) {
    values[rate] = ratePerSecond(networkWindow, last[counter]!, prev[counter]!);
  }
  keepOlder(last, prev, COUNTER.cpuAtMs, COUNTER.memoryAtMs);
  keepOlder(last, prev, COUNTER.memoryAtMs, COUNTER.networkAtMs);
  keepOlder(last, prev, COUNTER.networkAtMs, last.length);
  return last;
}

function believed(atMs: number, times: RateTimes): number {
  return Math.abs(atMs - times.collectedAtMs) <= MAX_CLOCK_SKEW_MS ? atMs : NaN;
}

function windowBetween(last: Counters, prev: Counters, at: number, maxWindowMs: number): number {
  return windowMs(last[at]!, last[COUNTER.startMs]!, prev[at]!, prev[COUNTER.startMs]!, maxWindowMs);
}

/** Keeps the remembered group of counters (`from` its stamp up to `to`) when this one is no new sample of the same run. */
function keepOlder(last: Counters, prev: Counters, from: number, to: number): void {
  const isNew = !Number.isNaN(last[from]) && last[from] !== prev[from];
  if (isNew || !isSameRun(last[COUNTER.startMs]!, prev[COUNTER.startMs]!, prev[from]!)) return;
  for (let index = from; index < to; index += 1) last[index] = prev[index]!;
}
