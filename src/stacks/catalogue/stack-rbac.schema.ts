import { z } from 'zod';
import { manifest, releaseName, releaseNamespace } from './stack.schema.js';

export const StackRbacQuery = z.strictObject({
  release: releaseName,
  namespace: releaseNamespace,
  parameters: z
    .string()
    .max(20_000)
    .transform((json, context): Record<string, unknown> => {
      const value = parseObject(json);
      if (value) return value;
      context.addIssue({ code: 'custom', message: 'must be a JSON object' });
      return z.NEVER;
    })
    .optional()
    .describe('Parameters of the stack as JSON; secret ones make no difference and are to be left out.')
    .meta({ examples: ['{"replicas":2}'] }),
  serviceAccount: z
    .string()
    .regex(/^[a-z0-9.-]{1,253}\/[a-z0-9.-]{1,253}$/, 'must be namespace/name')
    .default('quartermaster/quartermaster')
    .describe('Who is given the rights: the service account that Quartermaster runs as, as `namespace/name`.')
    .meta({ examples: ['quartermaster/quartermaster'] }),
});
export type StackRbacQuery = z.infer<typeof StackRbacQuery>;

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined; // not JSON: the same as another type
  }
}

const names = (description: string, example: string) =>
  z
    .array(z.string())
    .describe(description)
    .meta({ examples: [[example]] });

const StackRight = z
  .object({
    namespace: z
      .string()
      .optional()
      .describe('Where it must hold; absent: in the whole cluster.')
      .meta({ examples: ['shop'] }),
    apiGroups: names('Groups of the API; `""` is the core group.', 'apps').optional(),
    resources: names('Resources, with subresources.', 'deployments').optional(),
    resourceNames: names('The objects; absent: all of them.', 'try-web').optional(),
    nonResourceURLs: names('Paths that are no objects.', '/metrics').optional(),
    verbs: names('What is done.', 'patch'),
  })
  .meta({ id: 'StackRight', description: 'A rule of RBAC (`PolicyRule` of rbac.authorization.k8s.io/v1).' });

export const StackRbacView = z
  .object({
    rules: z.array(StackRight).describe('What Quartermaster itself must be allowed to do.'),
    objects: z
      .array(manifest)
      .describe('The same as Roles and ClusterRoles with their bindings, ready to apply.')
      .meta({
        examples: [
          [{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'quartermaster-try' } }],
        ],
      }),
  })
  .meta({
    id: 'StackRbac',
    description:
      'The rights that Quartermaster needs to deploy, compare and remove a release. It may not give what it does not have, so the rules of Roles of the stack are among them.',
  });
export type StackRbacView = z.infer<typeof StackRbacView>;
