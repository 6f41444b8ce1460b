import { z } from 'zod';
import { RUN_STATES } from '../../jobs/run-records.port.js';
import { listOf, pageQuery } from '../../platform/http/paging.js';
import { POLICY_PARTS } from '../policies/policy-part.js';
import { GC_NODE_STATES } from './gc-run-records.port.js';
import { instant, text } from '../../platform/http/described.js';

const RUN = '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e';
const id = (description: string) =>
  z
    .uuid()
    .describe(description)
    .meta({ examples: [RUN] });
const count = (description: string, example = 3) =>
  z
    .int()
    .describe(description)
    .meta({ examples: [example] });
const policy = text('The policy.', 'nightly').max(63);
const dryRun = z
  .boolean()
  .optional()
  .describe('Whether it only plans. Left out: as the policy has it; a plan is carried out.')
  .meta({ examples: [false] });

export const NewGcRun = z
  .union([
    z.strictObject({
      policy,
      nodes: z
        .array(z.string().min(1).max(253))
        .min(1)
        .max(1_000)
        .optional()
        .describe('Only these of the nodes that the policy selects.')
        .meta({ examples: [['node-1']] }),
      part: z
        .enum(POLICY_PARTS)
        .optional()
        .describe('Only this part of the policy; `containers` with sandboxes and logs.')
        .meta({ examples: ['images'] }),
      dryRun,
    }),
    z.strictObject({
      plan: id('A plan of the last hour.'),
      digest: text('The digest of the plan that was read.', 'f0e4c2f76c58916ec258f246851bea09').max(64),
      dryRun,
    }),
  ])
  .meta({ id: 'NewGcRun', description: 'What is to be carried out: a policy as it is now, or a plan as it was read.' });
export type NewGcRun = z.infer<typeof NewGcRun>;

const GcNodeCountsView = z
  .object(Object.fromEntries(GC_NODE_STATES.map((state) => [state, count(`Nodes that are ${state}.`, 2)])))
  .meta({ id: 'GcNodeCounts', description: 'How many nodes stand where.' });

const GcRunResult = z
  .object({
    policy,
    plan: id('Its plan, with the reason of each item.'),
    dryRun: z
      .boolean()
      .describe('Whether nothing was to be removed.')
      .meta({ examples: [false] }),
    nodes: count('Nodes.'),
    planned: count('Items that were to go.', 40),
    removed: count('Items that went.', 37),
    absent: count('Items that were gone already; absent in runs of earlier versions.', 1).optional(),
    kept: count('Items that were left since they had changed.', 1),
    failed: count('Items that could not be removed, or whose end nobody told.', 1),
    freedBytes: count("By the nodes' file systems, before and after.", 5_000_000_000),
    estimatedBytes: count('What the plan expected of what went; in a dry run, of what would go.', 5_200_000_000),
    sizeBytes: count('The sum of the sizes of what went; in a dry run, of what would go.', 6_100_000_000),
  })
  .meta({ id: 'GcRunResult', description: 'What a run came to.' });

export const GcRunView = z
  .object({
    id: id('The run; also under `/runs`.'),
    policy,
    state: z
      .enum(RUN_STATES)
      .describe('How it stands; `partial`: some nodes did not do all that they were to do.')
      .meta({ examples: ['running'] }),
    progress: z
      .object({
        done: count('Nodes that are done.'),
        total: count('All nodes.', 12).optional(),
        message: text('What goes on.', '2 nodes at work, 7 to come, 0 waited for').optional(),
      })
      .meta({ id: 'GcRunProgress', description: 'How far it is.' }),
    plan: id(
      'Its plan: the approved one, or its own, which grows as nodes are taken. Absent until it has begun.',
    ).optional(),
    approved: z
      .boolean()
      .optional()
      .describe('Whether the plan was read before, rather than made by the run.')
      .meta({ examples: [true] }),
    dryRun: z
      .boolean()
      .optional()
      .describe('Whether it only plans.')
      .meta({ examples: [false] }),
    nodes: GcNodeCountsView.optional(),
    startedBy: text('The caller, `schedule:<name>`, or `trigger:disk`.', 'ann'),
    createdAt: instant('When it was asked for.'),
    startedAt: instant('When it began.').optional(),
    deadlineAt: instant('When nodes that are not done have failed.').optional(),
    finishedAt: instant('When it was over.').optional(),
    result: GcRunResult.optional(),
    error: text('Why it failed, or what is missing when it is partial.', '1 of 12 nodes: node-3: 1 failed').optional(),
  })
  .meta({ id: 'GcRun', description: 'One execution of a policy.' });
export type GcRunView = z.infer<typeof GcRunView>;

export const GcRunList = listOf('GcRunList', GcRunView, 'Runs of policies, newest first.');

const GcNodeOutcomeView = z
  .object({
    planned: count('Items that were to go.', 5),
    removed: count('Items that went.', 3),
    absent: count('Items that were gone already.', 0),
    kept: count('Items that were left since they had changed.', 1),
    failed: count('Items that could not be removed, or whose end nobody told.', 1),
    notReached: count('Items that it did not come to.', 0),
    freedBytes: count('By the file system, before and after.', 1_000_000_000).optional(),
    estimatedBytes: count('What the plan expected of what went; in a dry run, of what would go.', 1_100_000_000),
    sizeBytes: count('The sum of the sizes of what went; in a dry run, of what would go.', 1_300_000_000),
  })
  .meta({ id: 'GcNodeOutcome', description: 'What a node came to.' });

export const GcRunNodeView = z
  .object({
    node: text('The node.', 'node-1'),
    state: z
      .enum(GC_NODE_STATES)
      .describe('How it stands; `waiting`: it is tried again, such as when its agent returns. The last five are final.')
      .meta({ examples: ['succeeded'] }),
    because: text('Why it stands so.', '3 of 5 removed, 1 left since they had changed, 1 failed'),
    attempt: count('How often it was taken.', 1),
    changedAt: instant('Since when.'),
    outcome: GcNodeOutcomeView.optional(),
  })
  .meta({ id: 'GcRunNode', description: 'A node of a run.' });
export type GcRunNodeView = z.infer<typeof GcRunNodeView>;

export const GcRunNodeList = listOf('GcRunNodeList', GcRunNodeView, 'Nodes in the order in which they are taken.');

export const GcRunPath = z.strictObject({
  run: text('The run.', RUN).max(100),
});
export type GcRunPath = z.infer<typeof GcRunPath>;

export const GcRunQuery = z.strictObject({
  ...pageQuery,
  policy: policy.optional(),
  state: z
    .enum(RUN_STATES)
    .optional()
    .describe('Only runs that stand so.')
    .meta({ examples: ['failed'] }),
});
export type GcRunQuery = z.infer<typeof GcRunQuery>;

export const GcRunNodeQuery = z.strictObject(pageQuery);
export type GcRunNodeQuery = z.infer<typeof GcRunNodeQuery>;
