import { z } from 'zod';
import { filterFields } from '../query/filter-fields.js';
import { orderField } from '../query/log-search.schema.js';
import { logSpanFields } from '../query/log-span-fields.js';

export const LOG_EXPORT_FORMATS = ['ndjson', 'csv', 'text'] as const;
export type LogExportFormat = (typeof LOG_EXPORT_FORMATS)[number];

/** The media type of each format, in the order in which they are preferred. */
export const LOG_EXPORT_TYPES = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  text: 'text/plain',
} as const satisfies Readonly<Record<LogExportFormat, string>>;

export const LOG_EXPORT_ENDINGS: Readonly<Record<LogExportFormat, string>> = {
  ndjson: 'ndjson',
  csv: 'csv',
  text: 'txt',
};

export const formatField = z.enum(LOG_EXPORT_FORMATS, { error: `must be one of ${LOG_EXPORT_FORMATS.join(', ')}` });

/** Which lines an export has, and how they are sorted. */
export const exportFields = { ...filterFields, ...logSpanFields, order: orderField };

/** The parameters of an export. */
export const ExportLogs = z.strictObject({
  ...exportFields,
  format: formatField
    .optional()
    .describe('The format; unless given, the one that `Accept` prefers, and NDJSON where it does not say.')
    .meta({ examples: ['csv'] }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'The most lines, the first in the order that is asked for. Default: all, which must be at most `LOGS_EXPORT_MAX_LINES`.',
    )
    .meta({ examples: [10_000] }),
});
export type ExportLogs = z.infer<typeof ExportLogs>;
