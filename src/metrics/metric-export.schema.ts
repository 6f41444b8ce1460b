import { z } from 'zod';
import { checkMetrics, metricsField, objectFields } from './query/question-fields.js';
import { aggregationField } from './query/range-fields.js';
import { durationField } from '../platform/http/time-fields.js';
import { spanFields } from './query/time-span-fields.js';

export const EXPORT_FORMATS = ['csv', 'ndjson', 'openmetrics'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The media type of each format, in the order in which they are preferred. */
export const EXPORT_TYPES = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  openmetrics: 'application/openmetrics-text',
} as const satisfies Readonly<Record<ExportFormat, string>>;

/** The same point in each format. */
export const EXPORT_EXAMPLES = {
  'text/csv': [
    'time,metric,unit,object,namespace,node,workload,pod,podUid,container,resource,value',
    '2026-11-26T12:06:30.000Z,cpu/usage_rate,millicores,pod,shop,node-3,Deployment/cart,cart-kgshnjdqwl-9bqf7,17a679e0-fb95-4df3-ae0b-4f841494d7ed,,,42.83191638461538',
    '',
  ].join('\n'),
  'application/x-ndjson': `${JSON.stringify({
    time: '2026-11-26T12:06:30.000Z',
    metric: 'cpu/usage_rate',
    unit: 'millicores',
    object: {
      type: 'pod',
      node: 'node-3',
      namespace: 'shop',
      pod: 'cart-kgshnjdqwl-9bqf7',
      podUid: '17a679e0-fb95-4df3-ae0b-4f841494d7ed',
      workload: 'Deployment/cart',
      labels: { app: 'cart' },
    },
    value: 42.83191638461538,
  })}\n`,
  'application/openmetrics-text': [
    '# TYPE quartermaster_kube_cpu_usage_cores gauge',
    '# UNIT quartermaster_kube_cpu_usage_cores cores',
    '# HELP quartermaster_kube_cpu_usage_cores CPU use',
    'quartermaster_kube_cpu_usage_cores{object="pod",namespace="shop",pod="cart-kgshnjdqwl-9bqf7",node="node-3",workload="Deployment/cart"} 0.042831916384615386 1795694790',
    '# EOF',
    '',
  ].join('\n'),
} as const satisfies Readonly<Record<(typeof EXPORT_TYPES)[ExportFormat], string>>;

/** The parameters of an export. */
export const ExportMetrics = z
  .strictObject({
    metric: metricsField.describe(
      'The metric, or several by repeating it or with commas: one after the other in one file.',
    ),
    ...objectFields,
    aggregation: aggregationField,
    ...spanFields,
    step: durationField(
      'The width of a point, on multiples since 1970. Default: as fine as it is kept as far back as `from`, so that each point is one row of the store.',
      '5m',
    ).optional(),
    format: z
      .enum(EXPORT_FORMATS, { error: `must be one of ${EXPORT_FORMATS.join(', ')}` })
      .optional()
      .describe('The format; unless given, the one that `Accept` prefers, and CSV where it does not say.')
      .meta({ examples: ['csv'] }),
  })
  .superRefine(checkMetrics);
export type ExportMetrics = z.infer<typeof ExportMetrics>;
