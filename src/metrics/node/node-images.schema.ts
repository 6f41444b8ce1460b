import { z } from 'zod';
import { instant } from '../../cluster/cluster-freshness.schema.js';
import { listOf, pageQuery } from '../../platform/http/paging.js';
import { text } from '../../platform/http/described.js';

const names = (description: string, example: string) =>
  z
    .array(z.string())
    .describe(description)
    .meta({ examples: [[example]] });
const count = (description: string, example: number) =>
  z
    .number()
    .describe(description)
    .meta({ examples: [example] });

export const NodeImagesQuery = z.strictObject(pageQuery);
export type NodeImagesQuery = z.infer<typeof NodeImagesQuery>;

export const NodeImage = z
  .object({
    id: text("The runtime's id of it.", 'sha256:1d34ffeaf190be23d3de5a8de0a436676b758f48f835c3a2d4768b798c15a7f1'),
    repoTags: names('Its tags.', 'registry.k8s.io/pause:3.10'),
    repoDigests: names('Its digests.', 'registry.k8s.io/pause@sha256:1d34ffeaf190be23d3de5a8de0a436676b758f48f835'),
    sizeBytes: count('Its size as the runtime reports it, in bytes.', 319_000),
    uniqueBytes: count('What only this image holds, in bytes, where the runtime tells.', 319_000).optional(),
    pinned: z
      .boolean()
      .describe('The runtime keeps it.')
      .meta({ examples: [true] }),
    containers: count('How many containers of the node refer to it, in any state.', 3),
    builtAt: instant('When it was built, where the runtime tells.').optional(),
  })
  .meta({ id: 'NodeImage', description: 'An image on a node.' });
export type NodeImage = z.infer<typeof NodeImage>;

export const NodeImageList = listOf('NodeImageList', NodeImage, 'Images by id.')
  .extend({
    node: text("The node's name.", 'node-1'),
    runtime: z
      .object({ name: text('As it calls itself.', 'containerd'), version: text('Its version.', '2.1.4') })
      .describe("The node's container runtime."),
    takenAt: instant('When its agent took this inventory, by the clock of the node.'),
    ageMs: count('How long ago that came, in ms.', 60_000),
    failed: z
      .string()
      .optional()
      .describe('Why the list of images is empty though the node may have some.')
      .meta({ examples: ['the runtime does not answer'] }),
  })
  .meta({ id: 'NodeImageList', description: "Images on a node, by id, of its agent's newest inventory." });
export type NodeImageList = z.infer<typeof NodeImageList>;
