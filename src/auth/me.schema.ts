import { z } from 'zod';

export const Me = z
  .object({
    name: z
      .string()
      .describe("The token's name, or the Kubernetes user name.")
      .meta({ examples: ['grafana'] }),
    kind: z
      .enum(['token', 'kubernetes'])
      .describe("Whether it is one of Quartermaster's own tokens or a Kubernetes user.")
      .meta({ examples: ['token'] }),
    tokenId: z
      .string()
      .optional()
      .describe('The id of the token.')
      .meta({ examples: ['3f9a1c0b7d2e4856'] }),
    role: z
      .enum(['ingest', 'viewer', 'operator', 'admin'])
      .optional()
      .describe('The role of the token; of a Kubernetes user the API server decides call by call.')
      .meta({ examples: ['viewer'] }),
    namespaces: z
      .array(z.string())
      .optional()
      .describe('The namespaces that the token is limited to; absent: no such limit.')
      .meta({ examples: [['shop']] }),
    groups: z
      .array(z.string())
      .optional()
      .describe('The groups of the Kubernetes user.')
      .meta({ examples: [['system:authenticated']] }),
  })
  .meta({ id: 'Me', description: 'Who calls.' });
export type Me = z.infer<typeof Me>;
