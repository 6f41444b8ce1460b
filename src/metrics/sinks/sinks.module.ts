import { Module, type DynamicModule } from '@nestjs/common';
import { ListSinks } from './list-sinks.service.js';
import { MetricSinksController } from './metric-sinks.controller.js';
import { SinkHealth } from './sink-health.service.js';
import { SinkMetrics } from './sink-metrics.js';
import { SinkStates } from './sink-states.service.js';
import { WriteSinkProcessor } from './write-sink.processor.js';
import { WriteSink } from './write-sink.service.js';

/** Metric sinks: their work where the role works, their list where it answers. It wants `CONFIGURED_SINKS`, `SinkRecords` and `CycleSamples` from a global module. */
@Module({})
export class SinksModule {
  static for({ answers, works }: { readonly answers: boolean; readonly works: boolean }): DynamicModule {
    return {
      module: SinksModule,
      controllers: answers ? [MetricSinksController] : [],
      providers: [SinkStates, SinkMetrics, SinkHealth, ListSinks, ...(works ? [WriteSink, WriteSinkProcessor] : [])],
    };
  }
}
