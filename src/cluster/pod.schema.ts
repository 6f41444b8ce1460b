import { z } from 'zod';
import { listOf } from '../platform/http/paging.js';
import { freshness, instant } from './cluster-freshness.schema.js';
import { labels, Resources } from './node.schema.js';
import { text } from '../platform/http/described.js';

const ContainerEnd = z
  .object({
    at: instant('When it ended.'),
    reason: text('Why.', 'OOMKilled').optional(),
    exitCode: z
      .int()
      .optional()
      .describe('Its exit code.')
      .meta({ examples: [137] }),
  })
  .meta({ id: 'ContainerEnd', description: 'How the last run of a container that has ended did so.' });

export const PodContainer = z
  .object({
    name: text('Name.', 'app'),
    type: z
      .enum(['main', 'init', 'sidecar'])
      .describe('A sidecar is an init container that goes on running.')
      .meta({ examples: ['main'] }),
    image: text('Image as the pod names it.', 'registry.example/shop/web:1.4.2'),
    requests: Resources.describe('What it asks for.'),
    limits: Resources.describe('What it may not exceed.'),
    restartCount: z
      .int()
      .describe('How often it was restarted.')
      .meta({ examples: [0] }),
    ready: z
      .boolean()
      .describe('It passes its readiness probe.')
      .meta({ examples: [true] }),
    state: z
      .enum(['waiting', 'running', 'terminated', 'unknown'])
      .describe('What it does; `unknown` until the kubelet tells.')
      .meta({ examples: ['running'] }),
    reason: text('Why it waits or ended.', 'CrashLoopBackOff').optional(),
    startedAt: instant('When it was last started; of a running container.').optional(),
    lastEnd: ContainerEnd.optional(),
  })
  .meta({ id: 'PodContainer', description: 'A container of a pod.' });

export const Pod = z
  .object({
    namespace: text('Namespace.', 'shop'),
    name: text('Name.', 'web-7d4b9c6f5-x2x9k'),
    uid: text('Kubernetes uid.', '0b1c5a0e-6b7d-4f0e-9f43-8a1a1f0e2d3c'),
    node: text('Where it runs; absent until it is scheduled.', 'node-1').optional(),
    workload: text('Kind/name of what it belongs to; absent for a pod on its own.', 'Deployment/web').optional(),
    phase: text('`Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.', 'Running'),
    reason: text('Why it is in this phase.', 'Evicted').optional(),
    ready: z
      .boolean()
      .describe('All of its containers are ready.')
      .meta({ examples: [true] }),
    terminating: z
      .boolean()
      .describe('Its deletion was asked for.')
      .meta({ examples: [false] }),
    createdAt: instant('When it was made.'),
    startedAt: instant('When the kubelet took it up.').optional(),
    ip: text('Its address in the cluster.', '10.244.1.17').optional(),
    hostNetwork: z
      .boolean()
      .describe("It uses its node's network.")
      .meta({ examples: [false] }),
    labels,
    containers: z.array(PodContainer).describe('Its containers: main ones first, then init containers and sidecars.'),
  })
  .meta({ id: 'Pod', description: 'A pod of the cluster.' });
export type Pod = z.infer<typeof Pod>;

export const PodDetails = Pod.extend(freshness).meta({
  id: 'PodDetails',
  description: 'A pod, and how old this answer is.',
});
export type PodDetails = z.infer<typeof PodDetails>;

export const PodList = listOf('PodPage', Pod, '')
  .extend(freshness)
  .meta({ id: 'PodList', description: 'Pods by namespace and name.' });
export type PodList = z.infer<typeof PodList>;
