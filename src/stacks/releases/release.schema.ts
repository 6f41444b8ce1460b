import { z } from 'zod';
import { pageQuery } from '../../platform/http/paging.js';
import { text } from '../../platform/http/described.js';
import { releaseName, releaseNamespace, StackRenderBody } from '../catalogue/stack.schema.js';
import { durationField } from '../duration-field.js';

const SHORTEST_MS = 1_000;
const LONGEST_MS = 3_600_000;

const timeLimit = durationField(
  'How long objects are waited for, from 1s to 1h.',
  '5m',
  SHORTEST_MS,
  LONGEST_MS,
  'from 1s to 1h, such as 5m',
).default('5m');
const force = z
  .boolean()
  .default(false)
  .describe(
    'Takes fields that other managers own, and objects that are there already and belong to no release. Without it they are told, and nothing is applied.',
  )
  .meta({ examples: [false] });
const replace = z
  .boolean()
  .default(false)
  .describe(
    'Deletes an object whose change the API server does not take (an immutable field) and makes it anew; never namespaces, CRDs and volumes.',
  )
  .meta({ examples: [false] });
const onFailure = z
  .enum(['keep', 'rollback', 'remove'])
  .default('keep')
  .describe(
    'What is done when the deployment fails after something was applied: leave it as it is, put the last deployed revision back (or remove, when there is none), or remove what the release has in the cluster. Namespaces, CRDs and volumes always stay.',
  )
  .meta({ examples: ['rollback'] });
const digest = text(
  'Of a diff that was read: when something else would be done by now, it is refused with 409.',
  '6b1f0a4e6c1d4a579a513f6d1f6f0b9e',
)
  .max(64)
  .optional();
const { parameters } = StackRenderBody.shape;
const options = { onFailure, force, replace, timeLimit, digest };

export const NewRelease = z
  .strictObject({
    name: releaseName,
    stack: text('The stack that is deployed.', 'probe').max(100),
    namespace: releaseNamespace,
    parameters,
    ...options,
  })
  .meta({ id: 'NewRelease', description: 'A stack that is to be deployed.' });
export type NewRelease = z.infer<typeof NewRelease>;

export const ReleaseUpdate = z
  .strictObject({ parameters, ...options })
  .meta({ id: 'ReleaseUpdate', description: "What a release is to become, in its stack's present version." });
export type ReleaseUpdate = z.infer<typeof ReleaseUpdate>;

export const ReleaseRollback = z
  .strictObject({
    revision: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .describe('The number of one of the kept revisions.')
      .meta({ examples: [3] }),
    ...options,
  })
  .meta({ id: 'ReleaseRollback', description: 'The revision that is to be deployed again.' });
export type ReleaseRollback = z.infer<typeof ReleaseRollback>;

export const ReleaseCorrection = z
  .strictObject({ replace, timeLimit })
  .meta({ id: 'ReleaseCorrection', description: 'How what has drifted is put back.' });
export type ReleaseCorrection = z.infer<typeof ReleaseCorrection>;

export const ReleaseRemoval = z.strictObject({
  data: z
    .enum(['keep', 'delete'])
    .default('keep')
    .describe(
      '`delete`: volumes, CRDs and a namespace that was made for the release go too, the namespace when nothing else is left in it.',
    )
    .meta({ examples: ['keep'] }),
  timeLimit,
});
export type ReleaseRemoval = z.infer<typeof ReleaseRemoval>;

export const ReleasePath = z.strictObject({ release: text('The release.', 'try').max(100) });
export type ReleasePath = z.infer<typeof ReleasePath>;

export const ReleaseCheckQuery = z.strictObject({
  check: z
    .enum(['true', 'false'])
    .default('false')
    .describe('`true`: each address is asked whether it answers, through the API server; up to 5 s each, four at once.')
    .meta({ examples: ['true'] }),
});
export type ReleaseCheckQuery = z.infer<typeof ReleaseCheckQuery>;

export const ReleaseQuery = z.strictObject({
  ...pageQuery,
  namespace: z
    .string()
    .max(63)
    .optional()
    .describe('Only releases of this namespace.')
    .meta({ examples: ['shop'] }),
});
export type ReleaseQuery = z.infer<typeof ReleaseQuery>;

export const ReleaseItemsQuery = z.strictObject(pageQuery);
export type ReleaseItemsQuery = z.infer<typeof ReleaseItemsQuery>;
