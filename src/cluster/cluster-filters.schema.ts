import { z } from 'zod';
import { LabelSelectorError, parseLabelSelector } from '../core/label-selector.js';
import { pageQuery } from '../platform/http/paging.js';

const labelSelector = z
  .string()
  .transform((text, context) => {
    try {
      return parseLabelSelector(text);
    } catch (error) {
      if (!(error instanceof LabelSelectorError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  })
  .optional()
  .describe('Objects with these labels alone, in the syntax of Kubernetes label selectors.')
  .meta({ examples: ['app in (web,api),tier!=cache'] });

const search = z
  .string()
  .min(1)
  .max(253)
  .optional()
  .describe('Objects whose name contains this, in any case of letters.')
  .meta({ examples: ['checkout'] });

const namespace = z
  .string()
  .min(1)
  .max(63)
  .optional()
  .describe('Objects in this namespace alone.')
  .meta({ examples: ['shop'] });

const node = z
  .string()
  .min(1)
  .max(253)
  .optional()
  .describe('Pods on this node alone.')
  .meta({ examples: ['node-1'] });

const workload = z
  .string()
  .max(400)
  .regex(/^[A-Za-z][A-Za-z0-9]*\/[^/\s]+$/, 'is not kind/name, such as Deployment/web')
  .optional()
  .describe('Pods of this workload alone: kind/name.')
  .meta({ examples: ['Deployment/web'] });

export const NodeListQuery = z.strictObject({ ...pageQuery, labelSelector, search });
export type NodeListQuery = z.infer<typeof NodeListQuery>;

export const NamespaceListQuery = z.strictObject({ ...pageQuery, labelSelector, search });
export type NamespaceListQuery = z.infer<typeof NamespaceListQuery>;

export const WorkloadListQuery = z.strictObject({ ...pageQuery, namespace, labelSelector, search });
export type WorkloadListQuery = z.infer<typeof WorkloadListQuery>;

export const PodListQuery = z.strictObject({ ...pageQuery, namespace, node, workload, labelSelector, search });
export type PodListQuery = z.infer<typeof PodListQuery>;

export const NodePath = z.strictObject({
  node: z
    .string()
    .max(253)
    .describe("The node's name.")
    .meta({ examples: ['node-1'] }),
});
export type NodePath = z.infer<typeof NodePath>;

export const PodPath = z.strictObject({
  namespace: z
    .string()
    .max(63)
    .describe("The pod's namespace.")
    .meta({ examples: ['shop'] }),
  pod: z
    .string()
    .max(253)
    .describe("The pod's name.")
    .meta({ examples: ['web-7d4b9c6f5-x2x9k'] }),
});
export type PodPath = z.infer<typeof PodPath>;
