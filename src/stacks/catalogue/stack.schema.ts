import { z } from 'zod';
import { text } from '../../platform/http/described.js';
import { listOf, pageQuery } from '../../platform/http/paging.js';

/** An object of Kubernetes as JSON. */
export const manifest = z.record(z.string(), z.unknown());

const sentences = (description: string, example: string) =>
  z
    .array(z.string())
    .describe(description)
    .meta({ examples: [[example]] });

const StackNeedsView = z
  .object({
    kubernetes: text('The oldest version of Kubernetes that it works with.', '1.25').optional(),
    kinds: sentences('Kinds that must be served and that it does not bring.', 'monitoring.coreos.com/v1 PodMonitor'),
    stacks: sentences('Stacks that must be there before.', 'node-agent'),
    agents: z
      .boolean()
      .describe('Whether it works through the agents on the nodes.')
      .meta({ examples: [false] }),
    others: sentences('What else must be there.', 'A default storage class, unless one is named.'),
  })
  .meta({ id: 'StackNeeds', description: 'What must be there before a stack is of use.' });

const PodSecurityExceptionView = z
  .object({
    object: text('The workload, by kind and name in the stack.', 'DaemonSet/agent'),
    level: z
      .enum(['baseline', 'privileged'])
      .describe('The Pod Security Standard that its pods pass; `privileged` is none.')
      .meta({ examples: ['privileged'] }),
    because: text('Why it cannot pass "restricted".', 'Reads the container logs of the node.'),
  })
  .meta({
    id: 'PodSecurityException',
    description: 'A workload that does not pass the Pod Security Standard "restricted".',
  });

const SecretParameterView = z
  .object({
    parameter: text('The parameter.', 'adminPassword'),
    secret: text('The Secret in the namespace of the release.', 'shop-grafana'),
    key: text('The key in it.', 'admin-password'),
    isGenerated: z
      .boolean()
      .describe('Whether a value is made where none is given and the cluster has none; if not, one must be given.')
      .meta({ examples: [true] }),
  })
  .meta({
    id: 'SecretParameter',
    description: 'Where the value of a secret parameter lives. The value is in no answer.',
  });

const StackOriginView = z
  .object({
    from: z
      .enum(['quartermaster', 'folder', 'fetched'])
      .describe('The program itself, a folder of `STACKS_DIR`, or elsewhere (`PUT /stacks/{stack}`).')
      .meta({ examples: ['fetched'] }),
    source: text('Of one that was fetched: where from.', 'https://example.com/stacks/hello-1.0.0.tgz').optional(),
    digest: text(
      'Of the archive, or of the manifest of an artifact.',
      `sha256:${'0123456789abcdef'.repeat(4)}`,
    ).optional(),
    addedBy: text('Who added it.', 'ann').optional(),
    addedAt: text('When it was fetched.', '2026-01-02T03:04:05.678Z').optional(),
  })
  .meta({ id: 'StackOrigin', description: 'Where a stack comes from.' });
export type StackOriginView = z.infer<typeof StackOriginView>;

const overview = {
  name: text('The stack.', 'monitoring'),
  version: text('Its own version, not that of the programs in it.', '1.0.0'),
  title: text('Its name for people.', 'Monitoring'),
  description: text('What it is.', 'InfluxDB and Grafana.'),
  isExperimental: z
    .boolean()
    .describe('Whether it is not to be relied upon yet.')
    .meta({ examples: [false] }),
  scope: z
    .enum(['namespaced', 'cluster'])
    .describe('`cluster`: it has objects that stand in no namespace, so it takes an admin to deploy it.')
    .meta({ examples: ['namespaced'] }),
  origin: StackOriginView.describe('Where it comes from.'),
};

const StackSummary = z
  .object({
    ...overview,
    problem: text(
      'Why it cannot be used; then there is little else to say of it.',
      'stack.yaml: /files is required',
    ).optional(),
  })
  .partial({ version: true, title: true, description: true, isExperimental: true, scope: true })
  .meta({ id: 'StackSummary', description: 'A stack in a list.' });
export type StackSummary = z.infer<typeof StackSummary>;

export const StackView = z
  .object({
    ...overview,
    notARelease: text(
      'Why it cannot be deployed as a release, and what is called instead.',
      'its static pods are files on nodes and no objects of the API',
    ).optional(),
    needs: StackNeedsView.describe('What must be there before it is of use.'),
    gives: sentences('What one has when it runs.', 'Dashboards of the cluster and of pods.'),
    podSecurity: z
      .array(PodSecurityExceptionView)
      .describe('Workloads that do not pass the Pod Security Standard "restricted"; all others do.'),
    parameters: z
      .record(z.string(), z.unknown())
      .describe(
        'The JSON Schema (2020-12) of its parameters; `unit` tells the unit of a number, `writeOnly` marks secrets.',
      )
      .meta({
        examples: [{ type: 'object', properties: { replicas: { type: 'integer', default: 1, unit: 'pods' } } }],
      }),
    secrets: z
      .array(SecretParameterView)
      .describe('Its secret parameters, with names as for a release called like the stack.'),
    objects: sentences('The objects that it can have, by kind and name in the stack.', 'Deployment/web'),
    notes: text('Shown after deployment, as for a release called like the stack.', 'Open http://...'),
  })
  .meta({ id: 'Stack', description: 'A named, versioned set of Kubernetes manifests with parameters.' });
export type StackView = z.infer<typeof StackView>;

export const StackList = listOf('StackList', StackSummary, 'Stacks, by name.');
export type StackList = z.infer<typeof StackList>;

export const StackQuery = z.strictObject(pageQuery);
export type StackQuery = z.infer<typeof StackQuery>;

export const StackPath = z.strictObject({
  stack: z
    .string()
    .max(100)
    .describe('The stack.')
    .meta({ examples: ['probe'] }),
});
export type StackPath = z.infer<typeof StackPath>;

/** A DNS label that leaves room for the names of a stack's objects behind it. */
export const releaseName = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, 'must be a DNS label of at most 40 characters that begins with a letter')
  .describe('The name of the release; the names of its objects begin with it.')
  .meta({ examples: ['try'] });

export const releaseNamespace = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be the name of a namespace')
  .describe('The namespace that its objects stand in.')
  .meta({ examples: ['shop'] });

export const StackRenderBody = z
  .strictObject({
    release: releaseName,
    namespace: releaseNamespace,
    parameters: z
      .record(z.string().max(100), z.unknown())
      .default({})
      .describe("By the stack's schema; what is left out has its default.")
      .meta({ examples: [{ replicas: 2 }] }),
  })
  .meta({ id: 'StackRenderRequest', description: 'What to render a stack for.' });
export type StackRenderBody = z.infer<typeof StackRenderBody>;

export const RenderedStackView = z
  .object({
    stack: overview.name,
    version: overview.version,
    objects: z
      .array(manifest)
      .describe('The objects as they would be applied, without the labels that tell whose they are.')
      .meta({ examples: [[{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'try-web', namespace: 'shop' } }]] }),
    secrets: z.array(SecretParameterView).describe('Where secret parameters live.'),
    needsAdmin: sentences(
      'Why it takes an admin to deploy these; empty: operators may.',
      'ClusterRole try-agent grants rights',
    ),
    notes: text('Shown after deployment.', 'From within the cluster: http://try-web.shop.svc/'),
  })
  .meta({
    id: 'RenderedStack',
    description: 'What a stack comes to with its parameters. Nothing is changed in the cluster.',
  });
export type RenderedStackView = z.infer<typeof RenderedStackView>;
