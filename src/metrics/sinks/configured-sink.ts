import type { SampleFilter } from '../core/filter-samples.js';
import type { MetricSink } from './metric-sink.port.js';

/** A sink that the settings name. */
export interface ConfiguredSink {
  readonly name: string;
  readonly type: 'influxdb';
  readonly filter: SampleFilter;
  readonly sink: MetricSink;
}

/** Injection token of all `ConfiguredSink`s. */
export const CONFIGURED_SINKS = Symbol('CONFIGURED_SINKS');
