import { z } from 'zod';
import { checkMetrics, metricsField, objectFields } from './query/question-fields.js';
import { aggregationField } from './query/range-fields.js';
import { durationField } from '../platform/http/time-fields.js';
import { spanFields } from './query/time-span-fields.js';

export const EXPORT_FORMATS = ['csv', 'ndjson', 'openmetrics'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The media type of each format, in the order in which they are preferred. */
export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  openmetrics: 'application/openmetrics-text',
};

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
