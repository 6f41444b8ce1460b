import { z } from 'zod';
import { EXAMPLE_LINE } from '../query/example-line.js';
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

/** The same line in each format. */
export const LOG_EXPORT_EXAMPLES = {
  'application/x-ndjson': `${JSON.stringify(EXAMPLE_LINE)}\n`,
  'text/csv': [
    'time,level,namespace,pod,container,restart,node,workload,unit,stream,message,fields',
    `2026-11-26T12:08:19.992635356Z,info,shop,cart-kgshnjdqwl-9bqf7,cart,0,node-3,Deployment/cart,,,payment authorised,"{""order"":""d66f1580"",""durationMs"":212,""status"":200}"`,
    '',
  ].join('\n'),
  'text/plain': '2026-11-26T12:08:19.992635356Z shop/cart-kgshnjdqwl-9bqf7/cart payment authorised\n',
} as const satisfies Readonly<Record<(typeof LOG_EXPORT_TYPES)[LogExportFormat], string>>;

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
