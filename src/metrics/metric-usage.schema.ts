import { z } from 'zod';
import { pageQuery } from '../platform/http/paging.js';
import { USAGE_SCOPES } from './core/query/summarize-usage.js';
import { completeness } from './metric-completeness.schema.js';
import { objectFields } from './query/question-fields.js';
import { instantField } from '../platform/http/time-fields.js';

const TAKES: Readonly<Record<(typeof USAGE_SCOPES)[number], readonly string[]>> = {
  cluster: [],
  node: ['node'],
  namespace: ['namespace'],
  workload: ['namespace', 'workload', 'node'],
};

/** The parameters of the usage. */
export const GetUsage = z
  .strictObject({
    ...pageQuery,
    scope: z
      .enum(USAGE_SCOPES, { error: `must be one of ${USAGE_SCOPES.join(', ')}` })
      .default('cluster')
      .describe('For what: the cluster as a whole, or each node, namespace or workload.')
      .meta({ examples: ['node'] }),
    node: objectFields.node.describe('Only this node; of workloads only their pods on it.'),
    namespace: objectFields.namespace.describe('Only this namespace, or the workloads in it.'),
    workload: objectFields.workload.describe('Only this workload, as `Kind/name`.'),
    from: instantField({
      fallback: '-7d',
      description:
        'The start of the span over which use is judged: RFC 3339, seconds or milliseconds since 1970, `now`, `now-15m` or `-15m`.',
      example: 'now-7d',
    }),
    to: instantField({ fallback: 'now', description: 'The end of that span, in the same forms.', example: 'now' }),
  })
  .superRefine(({ scope, ...given }, context) => {
    for (const field of ['node', 'namespace', 'workload'] as const) {
      if (given[field] === undefined || TAKES[scope].includes(field)) continue;
      const message = `does not apply to scope=${scope}, which takes ${TAKES[scope].join(', ') || 'none of the selectors'}`;
      context.addIssue({ code: 'custom', path: [field], message });
    }
  });
export type GetUsage = z.infer<typeof GetUsage>;

const figure = (what: string, example: number) =>
  z
    .number()
    .optional()
    .describe(what)
    .meta({ examples: [example] });

const ResourceUsage = z
  .object({
    unit: z
      .enum(['millicores', 'bytes'])
      .describe('The unit of all figures.')
      .meta({ examples: ['millicores'] }),
    capacity: figure('What the nodes have; absent for namespaces and workloads.', 8000),
    allocatable: figure('What pods may request; absent for namespaces and workloads.', 7800),
    requests: figure('What pods request.', 5200),
    limits: figure('The limits of those pods that have one; absent when none has (unlimited).', 9000),
    usage: figure(
      'What is in use now: of a node as a whole, otherwise of its pods; of memory the working set.',
      2310.5,
    ),
    nodeUsage: figure('Of the cluster: what is in use on its nodes as wholes.', 2954.25),
    systemUsage: figure(
      'Of the cluster: what is in use outside of pods, `nodeUsage` less `usage`: kubelets, runtimes, the kernel.',
      643.75,
    ),
    usageP95: figure('The 95th percentile of the use over the span.', 3100.5),
    waste: figure('What is requested and not used: `requests` less `usageP95`, at least 0.', 2099.5),
  })
  .meta({
    id: 'ResourceUsage',
    description: 'What there is, what is asked for and what is used of one resource. What is unknown is absent.',
  });

const Usage = z
  .object({
    node: z
      .string()
      .optional()
      .describe('The node.')
      .meta({ examples: ['node-1'] }),
    namespace: z
      .string()
      .optional()
      .describe('The namespace.')
      .meta({ examples: ['shop'] }),
    workload: z
      .string()
      .optional()
      .describe('The workload, as `Kind/name`.')
      .meta({ examples: ['Deployment/web'] }),
    pods: z
      .int()
      .optional()
      .describe('How many pods a workload has in the newest collection.')
      .meta({ examples: [3] }),
    cpu: ResourceUsage.describe('CPU.'),
    memory: ResourceUsage.describe('Memory.'),
    ephemeralStorage: ResourceUsage.describe('Local storage that does not outlive its pod.'),
  })
  .meta({ id: 'Usage', description: 'Capacity, requests, limits and use side by side.' });

export const UsageList = z
  .object({
    scope: z
      .enum(USAGE_SCOPES)
      .describe('For what.')
      .meta({ examples: ['node'] }),
    at: z.iso
      .datetime()
      .describe('The instant of the newest figures.')
      .meta({ examples: ['2026-01-08T10:00:24.500Z'] }),
    from: z.iso
      .datetime()
      .describe('The start of the span over which use is judged: what was asked for, or the oldest that is kept.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    to: z.iso
      .datetime()
      .describe('The end of that span.')
      .meta({ examples: ['2026-01-08T10:00:00.000Z'] }),
    items: z.array(Usage).describe('By namespace, node and workload.'),
    nextCursor: z
      .string()
      .optional()
      .describe('Give it as `cursor` to get what follows; absent at the end.')
      .meta({ examples: ['WyJzaG9wIiwid2ViLTEiXQ'] }),
    ...completeness,
  })
  .meta({
    id: 'UsageList',
    description: 'Capacity, allocatable, requests, limits and use, and what is requested and not used.',
  });
export type UsageList = z.infer<typeof UsageList>;
