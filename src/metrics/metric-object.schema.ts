import { z } from 'zod';
import { OBJECT_TYPES } from './core/sample.js';

/** What a measurement is about, as answers name it. */
export const MetricObject = z
  .object({
    type: z
      .enum(OBJECT_TYPES)
      .describe('What kind of object it is.')
      .meta({ examples: ['pod'] }),
    node: z
      .string()
      .optional()
      .describe('The node that it is, or is on.')
      .meta({ examples: ['node-1'] }),
    namespace: z
      .string()
      .optional()
      .describe('The namespace that it is, or is in.')
      .meta({ examples: ['shop'] }),
    pod: z
      .string()
      .optional()
      .describe("The pod's name.")
      .meta({ examples: ['web-7d4b9c-x2x8p'] }),
    podUid: z
      .string()
      .optional()
      .describe("The pod's uid: a pod that was made again under the same name is another object.")
      .meta({ examples: ['0b0e2b0c-8c5e-4c7e-9d55-1f6c0f2a7f11'] }),
    container: z
      .string()
      .optional()
      .describe('The container, or the system container such as `kubelet`.')
      .meta({ examples: ['app'] }),
    workload: z
      .string()
      .optional()
      .describe('`Kind/name` of what owns the pod; absent for a pod on its own.')
      .meta({ examples: ['Deployment/web'] }),
    resource: z
      .string()
      .optional()
      .describe('The file system that a labelled metric is about.')
      .meta({ examples: ['Volume:data'] }),
    labels: z
      .record(z.string(), z.string())
      .optional()
      .describe('The Kubernetes labels of the node or pod, as of the newest cycle.')
      .meta({ examples: [{ app: 'web' }] }),
  })
  .meta({ id: 'MetricObject', description: 'What a measurement is about. Which fields are set follows from `type`.' });
export type MetricObject = z.infer<typeof MetricObject>;
