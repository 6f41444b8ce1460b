import { z } from 'zod';

const text = (description: string, example: string) =>
  z
    .string()
    .describe(description)
    .meta({ examples: [example] });
const clusterName = text('Always this.', 'quartermaster');

export const ElasticsearchInfo = z
  .object({
    name: text('Of the node.', 'quartermaster'),
    cluster_name: clusterName,
    cluster_uuid: text('Always the same.', 'quartermaster000000000'),
    version: z
      .object({
        number: text("The version of Elasticsearch's API that is spoken.", '8.19.0'),
        build_flavor: text('Always this.', 'default'),
        build_type: text('Always this.', 'docker'),
        build_hash: text('Unknown.', 'unknown'),
        build_date: text('Of no build.', '2025-01-01T00:00:00.000000000Z'),
        build_snapshot: z
          .boolean()
          .describe('Never.')
          .meta({ examples: [false] }),
        lucene_version: text('As in that version.', '9.12.1'),
        minimum_wire_compatibility_version: text('As in that version.', '7.17.0'),
        minimum_index_compatibility_version: text('As in that version.', '7.0.0'),
      })
      .describe('As clients of Elasticsearch read it.'),
    tagline: text('By which clients know Elasticsearch.', 'You Know, for Search'),
  })
  .meta({ id: 'ElasticsearchInfo', description: 'What Elasticsearch tells of itself.' });
export type ElasticsearchInfo = z.infer<typeof ElasticsearchInfo>;

export const ElasticsearchLicense = z
  .object({
    license: z
      .object({
        status: text('Always this.', 'active'),
        uid: text('Of no license.', '00000000-0000-4000-8000-000000000000'),
        type: text('Always this.', 'basic'),
      })
      .describe('Nothing that shippers do needs more.'),
  })
  .meta({ id: 'ElasticsearchLicense', description: "Elasticsearch's license." });
export type ElasticsearchLicense = z.infer<typeof ElasticsearchLicense>;

export const ElasticsearchHealth = z
  .object({
    cluster_name: clusterName,
    status: text('Always green: what the store says of itself is in `/readyz`.', 'green'),
    timed_out: z
      .boolean()
      .describe('Never.')
      .meta({ examples: [false] }),
    number_of_nodes: z
      .int()
      .describe('One.')
      .meta({ examples: [1] }),
    number_of_data_nodes: z
      .int()
      .describe('One.')
      .meta({ examples: [1] }),
  })
  .meta({ id: 'ElasticsearchHealth', description: 'The health that shippers ask for.' });
export type ElasticsearchHealth = z.infer<typeof ElasticsearchHealth>;

export const ElasticsearchNodes = z
  .object({
    cluster_name: clusterName,
    nodes: z
      .record(
        z.string(),
        z.object({
          name: text('Of the node.', 'quartermaster'),
          version: text('As in `GET /`.', '8.19.0'),
          roles: z
            .array(z.string())
            .describe('What it does.')
            .meta({ examples: [['data', 'ingest']] }),
          http: z
            .object({ publish_address: text('Host and port, as the client wrote them.', 'quartermaster:8484') })
            .describe('Where it listens.'),
        }),
      )
      .describe('By id.')
      .meta({
        examples: [
          {
            quartermaster000000000: {
              name: 'quartermaster',
              version: '8.19.0',
              roles: ['data', 'ingest'],
              http: { publish_address: 'quartermaster:8484' },
            },
          },
        ],
      }),
  })
  .meta({ id: 'ElasticsearchNodes', description: 'The nodes that shippers may send to.' });
export type ElasticsearchNodes = z.infer<typeof ElasticsearchNodes>;

export const Acknowledged = z
  .object({
    acknowledged: z
      .boolean()
      .describe('Always; nothing is kept.')
      .meta({ examples: [true] }),
  })
  .meta({ id: 'ElasticsearchAcknowledged', description: 'What was put is taken note of, and not kept.' });
export type Acknowledged = z.infer<typeof Acknowledged>;

export const NamePath = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(255)
    .describe('Any name.')
    .meta({ examples: ['logs'] }),
});
export type NamePath = z.infer<typeof NamePath>;
