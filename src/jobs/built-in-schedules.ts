import type { Config } from '../platform/config.js';
import type { Job } from './job-catalogue.js';
import type { Cadence } from './job-queue.port.js';

/** What the program runs by itself. */
export interface BuiltInSchedule {
  readonly name: string;
  readonly kind: Job;
  readonly payload: object;
  readonly cadence: Cadence;
}

const SWEEP_EVERY_MS = 60_000;
const WRITE_SINK_EVERY_MS = 10_000;
const REPLAY_SPOOL_EVERY_MS = 10_000;
const KEEP_LOGS_EVERY_MS = 60_000;
const SETTLE_GC_EVERY_MS = 30_000;
const KEEP_LEDGER_EVERY_MS = 60_000;
const CHECK_DISKS_EVERY_MS = 60_000;

type Settings = Pick<Config, 'metricResolutionMs' | 'driftCheckEveryMs' | 'resizeIntervalMs'> &
  Partial<Pick<Config, 'metricSinks' | 'eventSinks' | 'influxUrl'>>;

const REPLAY_SPOOL: BuiltInSchedule = {
  name: 'replay-metric-spool',
  kind: 'metrics.replay-spool',
  payload: {},
  cadence: { everyMs: REPLAY_SPOOL_EVERY_MS },
};

/** The schedules that are always there. Their cadence is configuration, so they cannot be changed or removed by a call. Times of day are UTC. */
export function builtInSchedules({
  metricResolutionMs,
  driftCheckEveryMs,
  resizeIntervalMs,
  metricSinks = [],
  eventSinks = [],
  influxUrl,
}: Settings): BuiltInSchedule[] {
  return [
    { name: 'collect-metrics', kind: 'metrics.start-cycle', payload: {}, cadence: { everyMs: metricResolutionMs } },
    { name: 'roll-up-metrics', kind: 'metrics.roll-up', payload: {}, cadence: inUtc('17 * * * *') },
    { name: 'close-metric-days', kind: 'metrics.close-days', payload: {}, cadence: inUtc('20 0 * * *') },
    { name: 'drop-expired-metrics', kind: 'metrics.drop-expired', payload: {}, cadence: inUtc('50 * * * *') },
    ...metricSinks.map(({ name }): BuiltInSchedule => ({
      name: `write-sink-${name}`,
      kind: 'metrics.write-sink',
      payload: { sink: name },
      cadence: { everyMs: WRITE_SINK_EVERY_MS },
    })),
    ...eventSinks.map(({ name }): BuiltInSchedule => ({
      name: `write-event-sink-${name}`,
      kind: 'events.write-sink',
      payload: { sink: name },
      cadence: { everyMs: WRITE_SINK_EVERY_MS },
    })),
    ...(influxUrl === undefined ? [] : [REPLAY_SPOOL]),
    { name: 'keep-logs', kind: 'logs.upkeep', payload: {}, cadence: { everyMs: KEEP_LOGS_EVERY_MS } },
    { name: 'settle-gc-runs', kind: 'gc.settle-runs', payload: {}, cadence: { everyMs: SETTLE_GC_EVERY_MS } },
    { name: 'keep-image-ledger', kind: 'gc.keep-ledger', payload: {}, cadence: { everyMs: KEEP_LEDGER_EVERY_MS } },
    { name: 'check-gc-disks', kind: 'gc.check-disks', payload: {}, cadence: { everyMs: CHECK_DISKS_EVERY_MS } },
    { name: 'check-drift', kind: 'stacks.check-drift', payload: {}, cadence: { everyMs: driftCheckEveryMs } },
    { name: 'resize', kind: 'stacks.resize', payload: {}, cadence: { everyMs: resizeIntervalMs } },
    { name: 'trim-records', kind: 'records.trim', payload: {}, cadence: inUtc('35 * * * *') },
    { name: 'sweep-runs', kind: 'runs.sweep', payload: {}, cadence: { everyMs: SWEEP_EVERY_MS } },
  ];
}

function inUtc(cron: string): Cadence {
  return { cron, timeZone: 'UTC' };
}
