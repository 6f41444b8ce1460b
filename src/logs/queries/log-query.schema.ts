import { z } from 'zod';
import { instant, text } from '../../platform/http/described.js';
import { listOf, pageQuery } from '../../platform/http/paging.js';
import { filterFields } from '../query/filter-fields.js';
import { orderField } from '../query/log-search.schema.js';
import { logSpanFields } from '../query/log-span-fields.js';

const ID = '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e';
const MOST_PARAMETERS = 50;

/** What a saved question may hold, as it is parsed. */
export const SavedQuestion = z.strictObject({ ...filterFields, ...logSpanFields, order: orderField });

const parameters = z.record(
  z.string().max(100),
  z.union([z.string().max(1000), z.array(z.string().max(1000)).max(100)]),
);

/** The parameters of a search, checked and kept as they were given. */
export const savedQueryField = parameters
  .superRefine((given, context) => {
    if (Object.keys(given).length > MOST_PARAMETERS)
      context.addIssue({ code: 'custom', message: `must be at most ${MOST_PARAMETERS} parameters` });
    for (const { path, message, code, ...issue } of SavedQuestion.safeParse(given).error?.issues ?? []) {
      const unknown = code === 'unrecognized_keys' && 'keys' in issue ? issue.keys : undefined;
      for (const at of unknown?.map((key) => [key]) ?? [path])
        context.addIssue({ code: 'custom', path: at, message: unknown ? 'is no parameter of a search' : message });
    }
  })
  .describe('The parameters of `searchLogs` but for `limit` and `cursor`, in its words.')
  .meta({ examples: [{ namespace: 'shop', minLevel: 'error', from: '-1d' }] });

/** What somebody saves. */
export const LogQueryBody = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(200)
      .regex(/^\P{C}+$/u, 'must hold no control characters')
      .describe('What it is called; you have one of a name.')
      .meta({ examples: ['Errors of the shop'] }),
    shared: z
      .boolean()
      .default(false)
      .describe(
        'Whether others see it too. A caller that is limited to namespaces sees only those of owners that are limited to some of the same.',
      )
      .meta({ examples: [true] }),
    query: savedQueryField,
  })
  .meta({ id: 'LogQueryInput', description: 'A question about logs to keep.' });
export type LogQueryBody = z.infer<typeof LogQueryBody>;

export const LogQueryView = z
  .object({
    id: z
      .uuid()
      .describe('The saved query.')
      .meta({ examples: [ID] }),
    name: text('What it is called.', 'Errors of the shop'),
    owner: text('Who keeps it.', 'ann'),
    isOwn: z
      .boolean()
      .describe('Whether it is yours: only then can you change it.')
      .meta({ examples: [true] }),
    shared: z
      .boolean()
      .describe('Whether others see it.')
      .meta({ examples: [true] }),
    query: parameters
      .describe('The parameters of `searchLogs`.')
      .meta({ examples: [{ namespace: 'shop', minLevel: 'error', from: '-1d' }] }),
    path: text('What to ask for its lines.', '/api/v1/logs?namespace=shop&minLevel=error&from=-1d'),
    createdAt: instant('When it was made.'),
    updatedAt: instant('When it was last changed.'),
  })
  .meta({ id: 'LogQuery', description: 'A question about logs that somebody keeps.' });
export type LogQueryView = z.infer<typeof LogQueryView>;

export const LogQueryList = listOf('LogQueryList', LogQueryView, 'Saved queries by name.');
export const LogQueryPage = z.strictObject(pageQuery);
export type LogQueryPage = z.infer<typeof LogQueryPage>;

export const LogQueryPath = z.strictObject({
  query: z
    .string()
    .max(100)
    .describe('The saved query.')
    .meta({ examples: [ID] }),
});
export type LogQueryPath = z.infer<typeof LogQueryPath>;
