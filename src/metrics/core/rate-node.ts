/**
 * Makes a node's rates: each counter against the reading that was remembered of it, over the time between the node's own two stamps. Decides
 * also what is remembered for the next cycle. Source: Heapster's rate calculator (metrics/processors/rate_calculator.go); `rate.ts` says which rates are refused.
 */
import { slotOf, type Measured, type MeasuredNode, type MeasuredResource } from './measured.js';
import { COUNTER, COUNTERS, type Counters, type NodeReading } from './previous-reading.js';
import { cpuMillicores, isSameRun, ratePerSecond, stallRatio, windowMs } from './rate.js';

/** A node whose stamps are further than this from the collector's clock is not believed. */
export const MAX_CLOCK_SKEW_MS = 5 * 60_000;

const UPTIME = slotOf('uptime');

/** A counter: where it stands in a reading and among an object's values, where its rate goes, and of which stamp's group it is. */
interface Rated {
  readonly counter: number;
  readonly value: number;
  readonly rate: number;
  readonly at: number;
  readonly make: (windowMs: number, last: number, prev: number) => number;
}

const rated = (at: number, counter: number, name: string, make: Rated['make']): Rated => ({
  counter,
  value: slotOf(name),
  rate: slotOf(`${name}_rate`),
  at,
  make,
});

/** In the order of a reading. */
const RATED: readonly Rated[] = [
  rated(COUNTER.cpuAtMs, COUNTER.cpuNs, 'cpu/usage', cpuMillicores),
  rated(COUNTER.cpuAtMs, COUNTER.cpuPsiSome, 'cpu/psi_some', stallRatio),
  rated(COUNTER.cpuAtMs, COUNTER.cpuPsiFull, 'cpu/psi_full', stallRatio),
  rated(COUNTER.memoryAtMs, COUNTER.pageFaults, 'memory/page_faults', ratePerSecond),
  rated(COUNTER.memoryAtMs, COUNTER.majorPageFaults, 'memory/major_page_faults', ratePerSecond),
  rated(COUNTER.memoryAtMs, COUNTER.memoryPsiSome, 'memory/psi_some', stallRatio),
  rated(COUNTER.memoryAtMs, COUNTER.memoryPsiFull, 'memory/psi_full', stallRatio),
  rated(COUNTER.networkAtMs, COUNTER.rx, 'network/rx', ratePerSecond),
  rated(COUNTER.networkAtMs, COUNTER.rxErrors, 'network/rx_errors', ratePerSecond),
  rated(COUNTER.networkAtMs, COUNTER.tx, 'network/tx', ratePerSecond),
  rated(COUNTER.networkAtMs, COUNTER.txErrors, 'network/tx_errors', ratePerSecond),
  rated(COUNTER.ioAtMs, COUNTER.ioPsiSome, 'io/psi_some', stallRatio),
  rated(COUNTER.ioAtMs, COUNTER.ioPsiFull, 'io/psi_full', stallRatio),
];
/** What is told with a stamp: the counters above, and these levels. */
const STAMPED: readonly Pick<Rated, 'value' | 'at'>[] = [
  ...RATED,
  ...['memory/usage', 'memory/working_set', 'memory/rss', 'memory/available'].map((name) => ({
    value: slotOf(name),
    at: COUNTER.memoryAtMs,
  })),
];
/** The stamps of the groups of counters, each before its counters. */
const STAMPS = [COUNTER.cpuAtMs, COUNTER.memoryAtMs, COUNTER.networkAtMs, COUNTER.ioAtMs];
const GROUPS = [...STAMPS, COUNTERS];
/** Of an interface: its counters among the metrics of its family, each with its rate after it. */
const INTERFACE = [
  { counter: COUNTER.rx, value: 0 },
  { counter: COUNTER.rxErrors, value: 2 },
  { counter: COUNTER.tx, value: 4 },
  { counter: COUNTER.txErrors, value: 6 },
];
const UNKNOWN: Counters = Array.from({ length: COUNTERS }, () => NaN);

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
 * next rate spans the longer window. A stamp that went back makes no rate and becomes the new base. What a single object tells with a stamp further than
 * `MAX_CLOCK_SKEW_MS` from the collector's clock is taken for unknown, as the whole node's would be, and is not remembered. `prev` of the same or a later cycle is not used.
 */
export function rateNode(node: MeasuredNode, prev: NodeReading | undefined, times: RateTimes): NodeReading {
  const known = prev && prev.cycleAtMs < times.cycleAtMs ? prev.counters : undefined;
  const counters = new Map<string, Counters>();
  const visit = (key: string, measured: Measured): void => {
    counters.set(key, rateObject(measured, known?.get(key), times));
    for (const one of measured.interfaces) {
      const name = `${key}/|${one.resource}`;
      counters.set(name, rateInterface(one, measured, known?.get(name), times));
    }
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
  const last = UNKNOWN.slice();
  last[COUNTER.startMs] = startMs;
  last[COUNTER.cpuAtMs] = measured.cpuAtMs;
  last[COUNTER.memoryAtMs] = measured.memoryAtMs;
  last[COUNTER.networkAtMs] = measured.networkAtMs;
  last[COUNTER.ioAtMs] = measured.ioAtMs;
  for (const at of STAMPS) {
    if (!isOff(last[at]!, times)) continue;
    last[at] = NaN;
    for (const one of STAMPED) if (one.at === at) values[one.value] = NaN;
  }
  for (const { counter, value } of RATED) last[counter] = values[value] ?? NaN;
  const at = Number.isNaN(last[COUNTER.cpuAtMs]) ? last[COUNTER.memoryAtMs]! : last[COUNTER.cpuAtMs]!;
  if (at >= startMs) values[UPTIME] = at - startMs;
  if (!prev) return last;
  let window = NaN;
  let windowAt = -1;
  for (const { counter, rate, at, make } of RATED) {
    if (at !== windowAt) window = windowBetween(last, prev, (windowAt = at), times.maxWindowMs);
    values[rate] = make(window, last[counter]!, prev[counter]!);
  }
  keepOlder(last, prev);
  return last;
}

/** An interface has the stamp and the start of its object. */
function rateInterface(
  { values }: MeasuredResource,
  of: Measured,
  prev: Counters | undefined,
  times: RateTimes,
): Counters {
  const last = UNKNOWN.slice();
  last[COUNTER.startMs] = of.startMs;
  last[COUNTER.networkAtMs] = of.networkAtMs;
  if (isOff(of.networkAtMs, times)) {
    last[COUNTER.networkAtMs] = NaN;
    values.fill(NaN);
  }
  for (const { counter, value } of INTERFACE) last[counter] = values[value] ?? NaN;
  if (!prev) return last;
  const window = windowBetween(last, prev, COUNTER.networkAtMs, times.maxWindowMs);
  for (const { counter, value } of INTERFACE) values[value + 1] = ratePerSecond(window, last[counter]!, prev[counter]!);
  keepOlder(last, prev);
  return last;
}

/** A stamp that is known, and too far from the collector's clock to be believed. */
function isOff(atMs: number, times: RateTimes): boolean {
  return Math.abs(atMs - times.collectedAtMs) > MAX_CLOCK_SKEW_MS;
}

function windowBetween(last: Counters, prev: Counters, at: number, maxWindowMs: number): number {
  return windowMs(last[at]!, last[COUNTER.startMs]!, prev[at]!, prev[COUNTER.startMs]!, maxWindowMs);
}

/** Keeps each remembered group of counters when this one is no new sample of the same run. */
function keepOlder(last: Counters, prev: Counters): void {
  for (let group = 0; group + 1 < GROUPS.length; group += 1) {
    const from = GROUPS[group]!;
    const isNew = !Number.isNaN(last[from]) && last[from] !== prev[from];
    if (isNew || !isSameRun(last[COUNTER.startMs]!, prev[COUNTER.startMs]!, prev[from]!)) continue;
    for (let index = from; index < GROUPS[group + 1]!; index += 1) last[index] = prev[index]!;
  }
}
