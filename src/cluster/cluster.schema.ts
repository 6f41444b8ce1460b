import { z } from 'zod';
import { freshness, WatchReport } from './cluster-freshness.schema.js';
import { count } from '../platform/http/described.js';

export const Cluster = z
  .object({
    version: z
      .string()
      .optional()
      .describe('Version of the API server; absent until it has told.')
      .meta({ examples: ['v1.34.1'] }),
    nodes: z
      .object({
        total: count('All nodes.', 20),
        ready: count('Those that are ready.', 19),
        unschedulable: count('Those that are cordoned.', 1),
      })
      .describe('The nodes, counted.'),
    namespaces: count('How many namespaces there are.', 12),
    pods: count('How many pods there are.', 430),
    watches: z.array(WatchReport).describe('How fresh the view of each kind of object is.'),
    ...freshness,
  })
  .meta({ id: 'Cluster', description: 'The cluster at a glance.' });
export type Cluster = z.infer<typeof Cluster>;
