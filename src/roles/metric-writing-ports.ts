import type { Provider } from '@nestjs/common';
import { PostgresSampleSpool } from '../adapters/postgres/sample-spool.postgres.js';
import { PostgresSinkSamples } from '../adapters/postgres/sink-samples.postgres.js';
import { MetricWriter } from '../metrics/metric-store.port.js';
import { MetricUpkeep } from '../metrics/metric-upkeep.port.js';
import { CycleSamples } from '../metrics/sinks/cycle-samples.port.js';
import { FeedingMetricWriter } from '../metrics/sinks/feeding-metric-writer.js';
import { SPOOL_TARGET, type SpoolTarget } from '../metrics/spool/replay-spool.service.js';
import { SampleSpool } from '../metrics/spool/sample-spool.port.js';
import { SpoolMetrics } from '../metrics/spool/spool-metrics.js';
import { SpoolingMetricWriter } from '../metrics/spool/spooling-metric-writer.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Log } from '../platform/log.js';
import type { Engines } from './open-engines.js';

/** The way of samples into the store, and from there to further sinks. Before a store on a server, which may be away, stands the spool, and beside it what waits for sinks. */
export function metricWritingPorts({ metrics, database, sinks }: Engines): Provider[] {
  const { writer: store, upkeep, isRefusal } = metrics;
  const kept = new PostgresSinkSamples(database);
  const ports: Provider[] = [
    SpoolMetrics,
    { provide: SampleSpool, useValue: new PostgresSampleSpool(database) },
    { provide: SPOOL_TARGET, useValue: isRefusal && ({ store, isRefusal } satisfies SpoolTarget) },
    { provide: MetricUpkeep, useValue: upkeep },
    { provide: CycleSamples, useValue: metrics.cycleSamples ?? kept },
  ];
  if (!isRefusal) return [...ports, { provide: MetricWriter, useValue: store }];
  const makeWriter = (spool: SampleSpool, config: Config, spoolMetrics: SpoolMetrics, log: Log): MetricWriter => {
    const options = { isRefusal, maxBytes: config.metricSpoolMaxBytes };
    const spooling = new SpoolingMetricWriter(store, spool, options, spoolMetrics, log);
    return sinks.length === 0 ? spooling : new FeedingMetricWriter(spooling, kept);
  };
  return [
    ...ports,
    { provide: MetricWriter, useFactory: makeWriter, inject: [SampleSpool, CONFIG, SpoolMetrics, Log] },
  ];
}
