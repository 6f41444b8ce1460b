import { z } from 'zod';
import { count, instant, text } from '../../platform/http/described.js';
import { listOf } from '../../platform/http/paging.js';

const objectRef = {
  apiVersion: text('Its API version.', 'apps/v1'),
  kind: text('Its kind.', 'Deployment'),
  namespace: text('Its namespace; absent for objects of the whole cluster.', 'shop').optional(),
  name: text('Its name.', 'try-web'),
};
const parameters = z
  .record(z.string(), z.unknown())
  .describe('Its parameters with defaults, without secret ones.')
  .meta({ examples: [{ replicas: 2 }] });

const ReleaseDriftSummary = z
  .object({
    checkedAt: instant('When it was looked at.'),
    objects: count('How many of its objects are not as they were deployed.', 1),
  })
  .meta({ id: 'ReleaseDriftSummary', description: 'What the last check found.' });

const overview = {
  name: text('The release.', 'try'),
  namespace: text('Its namespace.', 'shop'),
  stack: text('Its stack.', 'probe'),
  version: text("The stack's version, of the newest revision.", '1.0.0'),
  state: z
    .enum(['new', 'deploying', 'correcting', 'removing', 'deployed', 'failed'])
    .describe('How it stands. The middle three: a run has it for itself.')
    .meta({ examples: ['deployed'] }),
  because: text('Why it stands so.', 'all objects are ready'),
  run: z
    .uuid()
    .optional()
    .describe('The run that has it for itself.')
    .meta({ examples: ['0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e'] }),
  revision: count('The revision that was deployed last with success; absent when there is none.', 3).optional(),
  newestRevision: count('The newest revision.', 3),
  drift: ReleaseDriftSummary.optional().describe('What the last check for drift found; absent until one was made.'),
  createdBy: text('Who made it.', 'ann'),
  createdAt: instant('When it was made.'),
  updatedAt: instant('When it changed last.'),
};

export const ReleaseSummary = z
  .object(overview)
  .meta({ id: 'ReleaseSummary', description: 'A stack that is, or is to be, in the cluster.' });
export type ReleaseSummary = z.infer<typeof ReleaseSummary>;

const ReleaseAddress = z
  .object({
    service: text('The Service.', 'try-web'),
    namespace: text('Its namespace.', 'shop'),
    port: count("The Service's port.", 80),
    url: text('From within the cluster.', 'http://try-web.shop.svc/'),
    ingresses: z
      .array(z.string())
      .describe('By Ingresses of the release; `*` is any host.')
      .meta({ examples: [['https://shop.example/']] }),
    portForward: text('From a desk.', 'kubectl -n shop port-forward service/try-web 8080:80'),
    proxyPath: text("Below the API server's address.", '/api/v1/namespaces/shop/services/try-web:80/proxy/'),
    doesAnswer: z
      .boolean()
      .optional()
      .describe('With `check=true`: whether anything answered.')
      .meta({ examples: [true] }),
    status: count('With `check=true`: the HTTP status that `/` gave.', 200).optional(),
    unchecked: text('With `check=true`: why it could not be asked.', 'services "try-web" is forbidden').optional(),
  })
  .meta({ id: 'ReleaseAddress', description: 'Where an object of a release serves HTTP.' });

export const ReleaseView = z
  .object({
    ...overview,
    parameters,
    notes: text('Shown after deployment.', 'From within the cluster: http://try-web.shop.svc/'),
    addresses: z.array(ReleaseAddress).describe('Where its Services serve HTTP.'),
  })
  .meta({
    id: 'Release',
    description: 'A release with the parameters and notes of the revision that is in the cluster.',
  });
export type ReleaseView = z.infer<typeof ReleaseView>;

export const ReleaseList = listOf('ReleaseList', ReleaseSummary, 'Releases, by name.');

export const ReleaseRevisionView = z
  .object({
    revision: count('Its number.', 3),
    copyOf: count('Of a rollback: the revision whose objects these are.', 1).optional(),
    stack: text('The stack.', 'probe'),
    version: text("The stack's version.", '1.0.0'),
    parameters,
    objects: count('How many objects it has, its Secrets left out.', 4),
    outcome: z
      .enum(['pending', 'applying', 'succeeded', 'failed', 'cancelled'])
      .describe('How its deployment ended; `pending`: nothing of it was applied yet.')
      .meta({ examples: ['succeeded'] }),
    because: text('Why.', 'all objects are ready'),
    createdBy: text('Who asked for it.', 'ann'),
    createdAt: instant('When it was asked for.'),
    finishedAt: instant('When its deployment ended.').optional(),
  })
  .meta({ id: 'ReleaseRevision', description: 'What was to be deployed once.' });
export type ReleaseRevisionView = z.infer<typeof ReleaseRevisionView>;

export const ReleaseRevisionList = listOf('ReleaseRevisionList', ReleaseRevisionView, 'Revisions, newest first.');

export const ReleaseObjectView = z
  .object({
    ...objectRef,
    state: z
      .enum(['current', 'inProgress', 'failed', 'terminating', 'notFound'])
      .describe('How it stands, by the rules of kstatus; `current`: as it was asked for.')
      .meta({ examples: ['current'] }),
    message: text(
      'The same in words, with its pods.',
      'Deployment try-web: 2 of 3 ready, 1 waiting: it is not ready yet',
    ),
  })
  .meta({ id: 'ReleaseObject', description: 'An object of a release, as it stands in the cluster.' });
export type ReleaseObjectView = z.infer<typeof ReleaseObjectView>;

export const ReleaseObjectList = listOf('ReleaseObjectList', ReleaseObjectView, "Objects, in the stack's order.");

const FieldChangeView = z
  .object({
    path: text('Where it stands.', 'spec.template.spec.containers[name=web].image'),
    before: z
      .unknown()
      .optional()
      .describe('What there is; absent: nothing. `(hidden)` in Secrets.')
      .meta({ examples: ['docker.io/library/busybox:1'] }),
    after: z
      .unknown()
      .optional()
      .describe('What there would be; absent: nothing.')
      .meta({ examples: ['docker.io/library/busybox:2'] }),
    owner: text('The field managers that own it now.', 'quartermaster').optional(),
  })
  .meta({ id: 'FieldChange', description: 'A field that would change.' });

const FieldConflictView = z
  .object({ manager: text('Who owns it.', 'kubectl-edit'), field: text('The field.', '.spec.replicas') })
  .meta({ id: 'FieldConflict', description: 'A field of another manager that differs; `force` takes it.' });

export const ObjectDiffView = z
  .object({
    ...objectRef,
    action: z
      .enum(['create', 'change', 'replace', 'delete', 'none'])
      .describe(
        'What would become of it; `replace`: a field is immutable, so it is deleted and made anew, with `replace: true` alone.',
      )
      .meta({ examples: ['change'] }),
    fields: z.array(FieldChangeView).describe('Of a change or a replacement: field by field.'),
    conflicts: z.array(FieldConflictView).describe('Fields that others own.'),
    problem: text(
      'Why it would be refused, with what would allow it.',
      'it is there already and belongs to no release',
    ).optional(),
  })
  .meta({ id: 'ObjectDiff', description: 'What would become of an object.' });
export type ObjectDiffView = z.infer<typeof ObjectDiffView>;

const DiffSummary = z
  .object({
    create: count('Objects that would be made.', 1),
    change: count('Objects that would change.', 1),
    replace: count('Objects that would be deleted and made anew.', 0),
    delete: count('Objects that would go.', 0),
    none: count('Objects that stay as they are.', 2),
  })
  .meta({ id: 'DiffSummary', description: 'How many objects, by what would become of them.' });

export const StackDiff = z
  .object({
    release: text('The release.', 'try'),
    namespace: text('Its namespace.', 'shop'),
    stack: text('The stack.', 'probe'),
    version: text("The stack's version.", '1.0.0'),
    summary: DiffSummary,
    objects: z.array(ObjectDiffView).describe("Objects in the stack's order, then its Secrets, then what would go."),
    missingRights: z
      .array(z.string())
      .describe('Rules of RBAC that Quartermaster itself lacks to do it.')
      .meta({
        examples: [
          ['in a Role of the namespace shop: {apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]}'],
        ],
      }),
    digest: text(
      'Give it with the deployment, so that what was seen is what is done.',
      '6b1f0a4e6c1d4a579a513f6d1f6f0b9e',
    ),
  })
  .meta({
    id: 'StackDiff',
    description: "What a deployment would do, by the API server's dry run against what is live.",
  });
export type StackDiff = z.infer<typeof StackDiff>;

export const ReleaseDrift = z
  .object({
    release: text('The release.', 'try'),
    revision: count('The deployed revision that was compared.', 3),
    isDrifted: z
      .boolean()
      .describe('Whether any of its objects is not as it was deployed.')
      .meta({ examples: [true] }),
    checkedAt: instant('When it was looked at: now.'),
    objects: z.array(ObjectDiffView).describe('The objects that have drifted, and what would put them back.'),
  })
  .meta({ id: 'ReleaseDrift', description: 'How the cluster differs from what was deployed.' });
export type ReleaseDrift = z.infer<typeof ReleaseDrift>;
