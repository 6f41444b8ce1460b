import { z } from 'zod';

const index = z
  .string()
  .min(1)
  .max(255)
  .describe('Any index name: lines are found by what they say, not by their index.')
  .meta({ examples: ['logs'] });

export const IndexPath = z.strictObject({ index });
export type IndexPath = z.infer<typeof IndexPath>;

/** Other parameters of Elasticsearch's (`refresh`, `pipeline`, `timeout`, ...) are passed over. */
export const BulkQuery = z.looseObject({
  filter_path: z
    .union([z.string(), z.array(z.string()).transform((all) => all.join(','))])
    .optional()
    .describe(
      'What of the answer is wanted: paths separated by commas, `*` and `**` for any name, `-` before one that is not wanted.',
    )
    .meta({ examples: ['errors,items.*.error'] }),
});
export type BulkQuery = z.infer<typeof BulkQuery>;

const result = z
  .object({
    _index: z
      .string()
      .describe('The index that was named.')
      .meta({ examples: ['logs'] }),
    _id: z
      .string()
      .describe('The id that was given, or a made-up one.')
      .meta({ examples: ['3f9a1c0b'] }),
    status: z
      .int()
      .describe(
        '201 stored; 200 an `index` whose id was stored within 15 minutes; 409 a `create` of such; 400 broken or of another action; 403 a namespace that the token may not write; 429 the store is busy, 503 it failed: send it again.',
      )
      .meta({ examples: [201] }),
    result: z
      .enum(['created', 'noop'])
      .optional()
      .describe('What was done; absent on errors.')
      .meta({ examples: ['created'] }),
    error: z
      .object({
        type: z
          .string()
          .describe("Elasticsearch's name for the error.")
          .meta({ examples: ['document_parsing_exception'] }),
        reason: z
          .string()
          .describe('What is wrong.')
          .meta({ examples: ['failed to parse: the document is no JSON object'] }),
      })
      .optional()
      .describe('Why the item was not stored.'),
  })
  .meta({ id: 'BulkItemResult', description: 'What became of an item.' });

export const BulkAnswerBody = z
  .object({
    took: z
      .int()
      .describe('How long it took, ms.')
      .meta({ examples: [12] }),
    errors: z
      .boolean()
      .describe('Whether an item failed.')
      .meta({ examples: [false] }),
    items: z
      .array(z.record(z.string(), result))
      .describe('What became of each item, in their order, each under the name of its action.')
      .meta({
        examples: [
          [
            {
              create: { _index: 'logs', _id: '2f58ae2d-b55f-499c-969c-7424343b2e19-0', result: 'created', status: 201 },
            },
          ],
        ],
      }),
  })
  .meta({ id: 'BulkAnswer', description: "Elasticsearch's answer to a bulk request." });
