import type { MetricValues } from '../../src/metrics/metric-newest.schema.js';
import type { MetricRange } from '../../src/metrics/metric-query.schema.js';
import type { Cycle, CycleList } from '../../src/metrics/metric-cycles.schema.js';
import { type OneRange, oneRange } from './one-range.js';
import { eventually } from './eventually.js';
import type { Quartermaster } from './program.js';

/** Cycles that have been closed, oldest first; at most the newest 1,000. */
export async function closedCycles(program: Quartermaster, from = '0'): Promise<Cycle[]> {
  const { items } = await program.get<CycleList>(
    `/api/v1/metrics/cycles?limit=1000&from=${encodeURIComponent(from)}&to=now%2B1h`,
  );
  return items.filter(({ state }) => state !== 'running').toReversed();
}

/** Waits for so many closed cycles that all began after an instant; gives them, oldest first. */
export async function cyclesSince(program: Quartermaster, sinceMs: number, count: number): Promise<Cycle[]> {
  return eventually(`${count} closed cycles since ${new Date(sinceMs).toISOString()}`, async () => {
    const closed = await closedCycles(program, new Date(sinceMs - 60_000).toISOString());
    const since = closed.filter(({ startedAt }) => Date.parse(startedAt) >= sinceMs);
    return since.length >= count && since.slice(0, count);
  });
}

/** The newest values of one metric; `parameters` as they stand in the address. */
export function instant(program: Quartermaster, parameters: string): Promise<MetricValues> {
  return program.get<MetricValues>(`/api/v1/metrics/instant?${parameters}`);
}

/** A range of one metric; `parameters` as they stand in the address. */
export async function range(program: Quartermaster, parameters: string): Promise<OneRange> {
  return oneRange(await program.get<MetricRange>(`/api/v1/metrics/query?${parameters}`));
}

/** `<node>: <reason>` of every node that a cycle or an answer misses. */
export function missingOf(of: {
  readonly missing?: readonly { node: string; reason: string }[] | undefined;
}): string[] {
  return (of.missing ?? []).map(({ node, reason }) => `${node}: ${reason}`);
}
