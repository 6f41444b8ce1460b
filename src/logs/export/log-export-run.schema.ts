import { z } from 'zod';
import { RUN_STATES } from '../../jobs/run-records.port.js';
import { count, instant, text } from '../../platform/http/described.js';
import { savedQueryField } from '../queries/log-query.schema.js';
import { formatField } from './log-export.schema.js';

const ID = '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e';

/** What is to be exported. */
export const LogExportBody = z
  .strictObject({
    query: savedQueryField,
    format: formatField
      .default('ndjson')
      .describe('The format of the file.')
      .meta({ examples: ['csv'] }),
  })
  .meta({ id: 'LogExportInput', description: 'An export that a run writes to a file.' });
export type LogExportBody = z.infer<typeof LogExportBody>;

export const LogExportView = z
  .object({
    id: z
      .uuid()
      .describe('The export, and its run (`getRun`).')
      .meta({ examples: [ID] }),
    state: z
      .enum(RUN_STATES)
      .describe('How it stands; the file is there when it has succeeded.')
      .meta({ examples: ['succeeded'] }),
    format: formatField.describe('The format of the file.').meta({ examples: ['csv'] }),
    lines: count('Lines that are written so far.', 12_000_000),
    bytes: count('The size of the file, gzipped; absent until it is there.', 96_000_000).optional(),
    error: text('Why it failed.', 'The time limit of the job has passed').optional(),
    createdAt: instant('When it was asked for.'),
    file: text('Where the file is fetched, absent until it is there.', `/api/v1/logs/exports/${ID}/file`).optional(),
  })
  .meta({ id: 'LogExport', description: 'An export that a run writes to a file.' });
export type LogExportView = z.infer<typeof LogExportView>;

export const LogExportPath = z.strictObject({
  export: z
    .string()
    .max(100)
    .describe('The export.')
    .meta({ examples: [ID] }),
});
export type LogExportPath = z.infer<typeof LogExportPath>;
