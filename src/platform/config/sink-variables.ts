import { z } from 'zod';
import { type MetricSinkSetting, parseSinks } from './parse-sinks.js';
import { size, variable } from './variables.js';

const sinks = z.string().transform((text, context): readonly MetricSinkSetting[] => {
  const { sinks, mistakes } = parseSinks(text);
  for (const message of mistakes) context.addIssue({ code: 'custom', message });
  return mistakes.length > 0 ? z.NEVER : sinks;
});

/** Environment variables: further places that metrics are copied to. */
export const SINKS = {
  METRIC_SINKS: variable({
    as: 'metricSinks',
    schema: sinks,
    default: '',
    secret: true, // so that a password that was written where none belongs is not printed
    group: 'Metric sinks',
    description:
      'Further places that metrics are copied to: `[name=]influxdb:<url>?<options>`, separated by spaces or line ends, with the options `org`, `bucket` (or `db`), `metrics`, `excludeMetrics`, `namespaces`, `labels`, `retention`; see [sinks](sinks.md). Each has its secrets in `METRIC_SINK_<NAME>_TOKEN`, or `METRIC_SINK_<NAME>_USERNAME` and `METRIC_SINK_<NAME>_PASSWORD`, each also as `..._FILE`.',
  }),
  METRIC_SINK_MAX_BACKLOG: variable({
    as: 'metricSinkMaxBacklogBytes',
    schema: size('1Mi', '1Ti'),
    default: '256Mi',
    unit: 'size',
    group: 'Metric sinks',
    description:
      'How much may wait for a sink that is away: counted as the embedded store keeps it (no further disk is taken), or with `INFLUX_URL` as it waits in the records, compressed. Beyond it, and beyond `METRIC_RETENTION_RAW`, the oldest cycles are given up and counted.',
  }),
  METRIC_SPOOL_MAX_BYTES: variable({
    as: 'metricSpoolMaxBytes',
    schema: size('1Mi', '1Ti'),
    default: '256Mi',
    unit: 'size',
    group: 'Metric sinks',
    description:
      'With `INFLUX_URL`: how much may wait in the records while InfluxDB is away, compressed; beyond it the oldest cycles are given up and counted.',
  }),
} as const;
