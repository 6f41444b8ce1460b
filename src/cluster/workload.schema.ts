import { z } from 'zod';
import { listOf } from '../platform/http/paging.js';
import { freshness, instant } from './cluster-freshness.schema.js';
import { labels } from './node.schema.js';

const uid = z
  .string()
  .describe('Kubernetes uid.')
  .meta({ examples: ['0b1c5a0e-6b7d-4f0e-9f43-8a1a1f0e2d3c'] });

export const Namespace = z
  .object({
    name: z
      .string()
      .describe('Name.')
      .meta({ examples: ['shop'] }),
    uid,
    phase: z
      .string()
      .describe('`Active` or `Terminating`.')
      .meta({ examples: ['Active'] }),
    createdAt: instant('When it was made.'),
    labels,
  })
  .meta({ id: 'Namespace', description: 'A namespace of the cluster.' });
export type Namespace = z.infer<typeof Namespace>;

export const NamespaceList = listOf('NamespacePage', Namespace, '')
  .extend(freshness)
  .meta({ id: 'NamespaceList', description: 'Namespaces by name.' });
export type NamespaceList = z.infer<typeof NamespaceList>;

const podCount = (description: string) =>
  z
    .int()
    .describe(description)
    .meta({ examples: [3] });

export const Workload = z
  .object({
    namespace: z
      .string()
      .describe('Namespace.')
      .meta({ examples: ['shop'] }),
    kind: z
      .string()
      .describe(
        '`Deployment`, `StatefulSet`, `DaemonSet`, `Job`, `CronJob`, `ReplicaSet`, `ReplicationController`, or the kind of a custom controller.',
      )
      .meta({ examples: ['Deployment'] }),
    name: z
      .string()
      .describe('Name.')
      .meta({ examples: ['web'] }),
    uid: uid.optional().describe('Kubernetes uid; absent for the kinds of custom controllers.'),
    createdAt: instant('When it was made; absent for the kinds of custom controllers.').optional(),
    labels,
    desiredPods: podCount('How many pods it asks for; absent for kinds that do not say.').optional(),
    pods: podCount('How many of its pods there are, without those that succeeded or failed.'),
    readyPods: podCount('How many of those are ready.'),
  })
  .meta({ id: 'Workload', description: 'What somebody deployed: the outermost owner of pods, with its pods counted.' });
export type Workload = z.infer<typeof Workload>;

export const WorkloadList = listOf('WorkloadPage', Workload, '')
  .extend(freshness)
  .meta({ id: 'WorkloadList', description: 'Workloads by namespace, kind and name.' });
export type WorkloadList = z.infer<typeof WorkloadList>;
