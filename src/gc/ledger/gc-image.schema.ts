import { z } from 'zod';
import { parseDuration } from '../../core/duration.js';
import { listOf, pageQuery } from '../../platform/http/paging.js';
import { instant } from '../../platform/http/described.js';

export const IMAGE_SORTS = ['lastUsed', 'firstSeen', 'size', 'node'] as const;
export type ImageSort = (typeof IMAGE_SORTS)[number];

const bytes = (description: string, example: number) =>
  z
    .int()
    .describe(description)
    .meta({ examples: [example] });
const names = (description: string, example: string) =>
  z
    .array(z.string())
    .describe(description)
    .meta({ examples: [[example]] });

export const GcImageView = z
  .object({
    node: z
      .string()
      .describe('The node that has it.')
      .meta({ examples: ['node-1'] }),
    imageId: z
      .string()
      .describe("The runtime's id of it.")
      .meta({ examples: [`sha256:${'0'.repeat(64)}`] }),
    repoTags: names('Its tags.', 'registry.example/shop/web:1.2.3'),
    repoDigests: names('Its digests in repositories.', `registry.example/shop/web@sha256:${'0'.repeat(64)}`),
    sizeBytes: bytes('As the runtime reports it, in bytes.', 120_000_000),
    uniqueBytes: bytes(
      'What only this image holds, in bytes; absent where the runtime does not tell.',
      90_000_000,
    ).optional(),
    pinned: z
      .boolean()
      .describe('Whether the runtime asks to keep it.')
      .meta({ examples: [false] }),
    firstSeenAt: instant('When it was first seen on the node.'),
    lastUsedAt: instant('When a container was last seen to refer to it, or started from it; absent: never.').optional(),
    unusedForSeconds: z
      .int()
      .describe('How long ago that was, or was it first seen where it was never used, in seconds.')
      .meta({ examples: [2_592_000] }),
    timesUsed: z
      .int()
      .describe('Starts of containers that were seen.')
      .meta({ examples: [12] }),
    usedBy: names(
      'Pods on the node and workloads of the cluster that refer to it now; ten at most.',
      'Deployment shop/web',
    ),
  })
  .meta({ id: 'GcImage', description: 'An image on a node, in the ledger.' });
export type GcImageView = z.infer<typeof GcImageView>;

const GcImageSums = z
  .object({
    images: z
      .int()
      .describe('Images of all nodes that are meant, also those of other pages.')
      .meta({ examples: [412] }),
    sizeBytes: bytes('Their sizes together, in bytes: layers that several share count for each.', 41_000_000_000),
    uniqueBytes: bytes('What only they hold, in bytes; the size where the runtime does not tell.', 33_000_000_000),
  })
  .meta({ id: 'GcImageSums', description: 'How much would go with all images that are meant.' });
export type GcImageSums = z.infer<typeof GcImageSums>;

export const GcImageList = listOf('GcImageList', GcImageView, 'Images of nodes.')
  .extend({
    sums: GcImageSums,
    nodes: z
      .int()
      .describe('Nodes whose ledger was read.')
      .meta({ examples: [12] }),
  })
  .meta({ id: 'GcImageList', description: 'Images of nodes in the asked order, and how much they are together.' });
export type GcImageList = z.infer<typeof GcImageList>;

export const GcImageQuery = z.strictObject({
  ...pageQuery,
  node: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe('Only on this node.')
    .meta({ examples: ['node-1'] }),
  search: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe('Only images whose id, a tag or a digest contains this, in any case of letters.')
    .meta({ examples: ['shop/web'] }),
  unusedFor: z
    .string()
    .max(64)
    .transform((text, context) => {
      try {
        return parseDuration(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    })
    .optional()
    .describe('Only images that were not used for so long (that were never used: first seen so long ago).')
    .meta({ examples: ['30d'] }),
  sort: z
    .enum(IMAGE_SORTS)
    .default('lastUsed')
    .describe('`lastUsed`, `firstSeen`: longest ago first; `size`: largest first; `node`: by node.')
    .meta({ examples: ['size'] }),
});
export type GcImageQuery = z.infer<typeof GcImageQuery>;
