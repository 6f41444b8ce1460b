import { z } from 'zod';
import { freshness, instant } from '../../cluster/cluster-freshness.schema.js';
import { instantField } from '../../platform/http/time-fields.js';
import { text } from '../../platform/http/described.js';

export const NodeContainersQuery = z.strictObject({
  from: instantField({
    fallback: '-10m',
    description: 'Where the series begin; they end now.',
    example: '-10m',
  }),
});
export type NodeContainersQuery = z.infer<typeof NodeContainersQuery>;

/** Values by metric; `GET /api/v1/metrics/catalogue` has their units. */
export const metricValues = z
  .record(z.string(), z.number())
  .describe(
    'Values by the name of their metric, in the units of `GET /api/v1/metrics/catalogue`; what is unknown is absent.',
  )
  .meta({ examples: [{ 'cpu/usage_rate': 12.5, 'memory/working_set': 83_886_080 }] });

/** Values of a file system, an interface, a claim or an extended resource. */
export const ResourceMetrics = z
  .object({
    resource: text('`/`, `logs`, `Volume:<name>`, `Interface:<name>`, `Claim:<name>`, `Extended:<name>`.', '/'),
    metrics: metricValues,
  })
  .meta({ id: 'ResourceMetrics', description: 'What was measured of one of several resources of the same object.' });

const RecentSeries = z
  .object({
    metric: text('The name of the metric.', 'cpu/usage_rate'),
    points: z
      .array(
        z
          .object({
            time: instant('Start of the step.'),
            value: z
              .number()
              .describe('Average of the step.')
              .meta({ examples: [12.5] }),
          })
          .meta({ id: 'RecentPoint', description: 'A point of a series.' }),
      )
      .describe('In order of time; a step without a sample is a gap.'),
  })
  .meta({ id: 'RecentSeries', description: 'One metric over the last minutes.' });

const measured = {
  path: text('Its name in the tree; the same in `/cadvisor/`.', '/pods/shop/web-7d4b9c6f5-x2x9k/app'),
  sampledAt: instant('End of the cycle that its newest values stem from; absent when there are none.').optional(),
  metrics: metricValues,
  resources: z.array(ResourceMetrics).describe('The same of its file systems, network interfaces and so on.'),
  series: z
    .array(RecentSeries)
    .describe('`cpu/usage_rate`, `memory/working_set`, and of nodes and pods `network/rx_rate` and `network/tx_rate`.'),
};

const RootContainer = z
  .object(measured)
  .meta({ id: 'RootContainer', description: 'A node itself: all that runs on it, measured as one.' });

const SystemContainer = z
  .object({ ...measured, name: text('Its name.', 'kubelet') })
  .meta({ id: 'SystemContainer', description: 'What runs on a node outside of pods, or all pods together (`pods`).' });

const TreeContainer = z
  .object({
    ...measured,
    name: text('Its name.', 'app'),
    image: text('Its image; absent when the cluster no longer has it.', 'registry.example/shop/web:1.4.2').optional(),
    type: z
      .enum(['main', 'init', 'sidecar'])
      .optional()
      .describe('A sidecar is an init container that goes on running.')
      .meta({ examples: ['main'] }),
    state: z
      .enum(['waiting', 'running', 'terminated', 'unknown'])
      .optional()
      .describe('What it does, as the cluster has it.')
      .meta({ examples: ['running'] }),
  })
  .meta({ id: 'TreeContainer', description: 'A container of a pod.' });

const TreePod = z
  .object({
    ...measured,
    namespace: text('Namespace.', 'shop'),
    name: text('Name.', 'web-7d4b9c6f5-x2x9k'),
    uid: text('Kubernetes uid.', '0b1c5a0e-6b7d-4f0e-9f43-8a1a1f0e2d3c').optional(),
    phase: text('Its phase; absent when the cluster no longer has it.', 'Running').optional(),
    workload: text('Kind/name of what it belongs to.', 'Deployment/web').optional(),
    containers: z.array(TreeContainer).describe('Its containers, by name.'),
  })
  .meta({ id: 'TreePod', description: 'A pod of a node, with its containers.' });

const MissedCollection = z
  .object({
    reason: text('Why, for programs; the reasons are those of `MissingNode`.', 'timeout'),
    detail: text('Why, as a sentence.', 'No whole answer within 10 s.'),
    cycleAt: instant('The cycle that lacks it.'),
  })
  .meta({ id: 'MissedCollection', description: 'The newest collection has nothing of the node.' });

/** What runs on a node, as a tree. */
export const NodeContainers = z
  .object({
    node: text("The node's name.", 'node-1'),
    at: instant('The end of the series: now.'),
    from: instant('Their start.'),
    stepMs: z
      .int()
      .describe('The width of a point, in ms.')
      .meta({ examples: [60_000] }),
    root: RootContainer.describe('The node itself.'),
    systemContainers: z.array(SystemContainer).describe('What runs outside of pods, by name.'),
    pods: z
      .array(TreePod)
      .describe('The pods by namespace and name: those that are there, and those that were measured lately.'),
    missing: MissedCollection.optional().describe('Set when the newest closed collection has nothing of this node.'),
    truncated: z
      .boolean()
      .describe('Whether series were left out.')
      .meta({ examples: [false] }),
    truncatedBecause: text('Which limit cut them.', 'More than 100 series of 60 points (QUERY_MAX_CELLS).').optional(),
    ...freshness,
  })
  .meta({ id: 'NodeContainers', description: 'What runs on a node, as a tree with recent samples.' });
export type NodeContainers = z.infer<typeof NodeContainers>;
