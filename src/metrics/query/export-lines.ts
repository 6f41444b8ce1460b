import { escapeText, labelPair, openMetricsLabels } from '../compat/core/open-metrics-labels.js';
import { toOpenMetricsName } from '../compat/core/to-open-metrics-name.js';
import type { Metric } from '../core/catalogue/metric.js';
import { csvRow } from '../../core/csv-row.js';
import type { ExportFormat } from '../metric-export.schema.js';
import type { Series } from '../metric-store.port.js';
import { toObject } from './to-answer.js';
import { isoOf } from './iso-of.js';

/** How a format writes an export: what comes before everything, before a metric, for a point, and at the end. */
export interface ExportWriter {
  readonly head: string;
  readonly metricHead: (metric: Metric) => string;
  /** Of a series, what writes each of its points. */
  readonly lineOf: (metric: Metric, unit: string, object: Series['object']) => (atMs: number, value: number) => string;
  readonly end: string;
}

const none = (): string => '';

/** One row a point. Labels are left out: they have no fixed columns. */
const CSV: ExportWriter = {
  head: csvRow([
    'time',
    'metric',
    'unit',
    'object',
    'namespace',
    'node',
    'workload',
    'pod',
    'podUid',
    'container',
    'resource',
    'value',
  ]),
  metricHead: none,
  lineOf: (metric, unit, object) => {
    const { type, namespace, node, workload, pod, podUid, container, resource } = object;
    const start = csvRow([
      '',
      metric.name,
      unit,
      type,
      namespace,
      node,
      workload,
      pod,
      podUid,
      container,
      resource,
    ]).trimEnd();
    return (atMs, value) => `${isoOf(atMs)}${start},${value}\r\n`;
  },
  end: '',
};

/** One JSON object a point. */
const NDJSON: ExportWriter = {
  head: '',
  metricHead: none,
  lineOf: (metric, unit, object) => {
    const rest = JSON.stringify({ metric: metric.name, unit, object: toObject(object) }).slice(1, -1);
    return (atMs, value) => `{"time":"${isoOf(atMs)}",${rest},"value":${value}}\n`;
  },
  end: '',
};

/** OpenMetrics 1.0 in base units; the uid of a pod is a label here, or a pod that was made again would be one series twice. */
const OPEN_METRICS: ExportWriter = {
  head: '',
  metricHead: (metric) => {
    const { family, type, unit } = toOpenMetricsName(metric);
    const unitLine = unit === undefined ? '' : `# UNIT ${family} ${unit}\n`;
    return `# TYPE ${family} ${type}\n${unitLine}# HELP ${family} ${escapeText(metric.description)}\n`;
  },
  lineOf: (metric, _unit, object) => {
    const { sample, divisor } = toOpenMetricsName(metric);
    const labels = [openMetricsLabels(object), ...labelPair('pod_uid', object.podUid)].join(',');
    return (atMs, value) => `${sample}{${labels}} ${value / divisor} ${atMs / 1000}\n`;
  },
  end: '# EOF\n',
};

export const EXPORT_WRITERS: Readonly<Record<ExportFormat, ExportWriter>> = {
  csv: CSV,
  ndjson: NDJSON,
  openmetrics: OPEN_METRICS,
};
