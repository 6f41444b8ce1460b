import { z } from 'zod';
import { pageQuery } from '../../platform/http/paging.js';
import { count, instant, text } from '../../platform/http/described.js';

const PLAN = '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e';
const kind = z
  .enum(['image', 'container', 'sandbox', 'log'])
  .describe('What it is.')
  .meta({ examples: ['image'] });
const common = {
  key: text('Names it in the run and in the audit.', 'image/sha256:0f1e'),
  kind,
  name: text('For people: a tag, a container, a path.', 'registry.example/shop/web:1.2.3'),
  rule: text("The policy's rule, or one of the program's own, which begin with `built-in/`.", 'built-in/disk-target'),
  because: text('Why, in a sentence.', 'The disk is 82 % full and it was last used 40 days ago.'),
  sizeBytes: count('As the runtime reports it, in bytes.', 120_000_000),
};

const GcPlannedRemoval = z
  .object({
    ...common,
    uniqueBytes: count('What only it holds, in bytes; absent where the runtime does not tell.', 90_000_000).optional(),
  })
  .meta({ id: 'GcPlannedRemoval', description: 'Something that would go.' });

const GcKeptItem = z.object(common).meta({ id: 'GcKeptItem', description: 'Something that stays.' });

const GcPlanSums = z
  .object({
    images: count('Images that would go.', 12),
    containers: count('Containers that would go.', 3),
    sandboxes: count('Sandboxes that would go.', 1),
    logs: count('Log folders and links that would go.', 0),
    sizeBytes: count(
      'Sizes of what would go, in bytes: layers that several images share count for each.',
      4_100_000_000,
    ),
    estimatedBytes: count('What would be freed at least, in bytes.', 3_300_000_000),
    keptImages: count('Images that stay.', 40),
    keptImageBytes: count('Their sizes, in bytes.', 9_000_000_000),
  })
  .meta({ id: 'GcPlanSums', description: 'Sums over the items of a plan.' });

const GcPlanDisk = z
  .object({
    mountpoint: text('Where it is.', '/var/lib/containerd'),
    capacityBytes: count('In bytes.', 100_000_000_000),
    availableBytes: count('In bytes.', 18_000_000_000),
    usagePercent: count('Rounded up, as the kubelet does.', 82),
    amountToFreeBytes: count(
      'What the targets ask for, in bytes; absent where no high mark is reached.',
      12_000_000_000,
    ).optional(),
  })
  .meta({ id: 'GcPlanDisk', description: 'The disk that images are on, and what the targets ask of it.' });

export const GcNodePlan = z
  .object({
    node: text('The node.', 'node-1'),
    madeAt: instant('When it was planned.'),
    notActed: text(
      'Why nothing may be removed there now; absent where it may.',
      'its agent has not been heard of for 4m',
    ).optional(),
    remove: z.array(GcPlannedRemoval).describe('What would go, in this order.'),
    kept: z.array(GcKeptItem).describe('What stays, and why; left out with `kept=false`.'),
    sums: GcPlanSums,
    disk: GcPlanDisk.optional(),
    warnings: z
      .array(z.string())
      .describe('What a person should know.')
      .meta({ examples: [['Removing every image that may go would not reach the low mark.']] }),
  })
  .meta({ id: 'GcNodePlan', description: 'What would be done on one node.' });
export type GcNodePlan = z.infer<typeof GcNodePlan>;

export const GcPlanView = z
  .object({
    id: z
      .uuid()
      .describe('The plan.')
      .meta({ examples: [PLAN] }),
    policy: text('The policy.', 'nightly'),
    policyVersion: count('The version of the policy that it was made for.', 7),
    digest: text(
      'Over policy and items: give it to `POST /gc/runs`. Absent in the plan of a run.',
      'f0e4c2f76c58916ec258f246851bea09',
    ).optional(),
    madeBy: text('Who made it.', 'ann'),
    madeAt: instant('When it was made.'),
    expiresAt: instant('Until when it can be carried out.'),
    sums: GcPlanSums.describe('Over the nodes of this page.'),
    nodes: z.array(GcNodePlan).describe('By name.'),
    nextCursor: text('Give it as `cursor` to get what follows; absent at the end.', 'WyJub2RlLTEiXQ').optional(),
  })
  .meta({
    id: 'GcPlan',
    description: 'What a run of a policy would do, node by node, with a reason for everything that goes and stays.',
  });
export type GcPlanView = z.infer<typeof GcPlanView>;

export const NewGcPlan = z
  .strictObject({
    policy: text('The policy.', 'nightly').min(1).max(63),
    nodes: z
      .array(z.string().min(1).max(253))
      .min(1)
      .max(1_000)
      .optional()
      .describe('Only these of the nodes that the policy selects.')
      .meta({ examples: [['node-1']] }),
  })
  .meta({ id: 'NewGcPlan', description: 'A plan to be made.' });
export type NewGcPlan = z.infer<typeof NewGcPlan>;

const { cursor } = pageQuery;
const boolean = (description: string) =>
  z
    .enum(['true', 'false'])
    .default('true')
    .transform((value) => value === 'true')
    .describe(description)
    .meta({ examples: ['false'] });

export const GcPlanQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(20)
    .describe('The most nodes in the answer, 1 to 100: a node may have thousands of items.')
    .meta({ examples: [20] }),
  cursor,
  node: text('Only this node.', 'node-1').min(1).max(253).optional(),
  kept: boolean('Whether what stays is shown too.'),
});
export type GcPlanQuery = z.infer<typeof GcPlanQuery>;

export const GcPlanPath = z.strictObject({
  plan: text('The plan; that of a run has the id that the run tells.', PLAN).max(100),
});
export type GcPlanPath = z.infer<typeof GcPlanPath>;
