import { z } from 'zod';
import { atMs, InventoryBody } from './inventory.schema.js';
import { MachineBody } from './machine.schema.js';
import { StaticPodChangeBody, StaticPodOrderBody } from './static-pod.schema.js';

/**
 * What agents and server say to each other under `/agent/v1`. Both sides read it: the server what agents send, the agent what the server answers.
 */

export const ALLOWANCES = ['inventory', 'gc', 'static-pods'] as const;
export const TASK_KINDS = ['inventory', 'machine', 'remove', 'static-pod'] as const;
const OUTCOMES = ['removed', 'absent', 'kept', 'failed', 'notReached'] as const;

const sentence = (what: string) =>
  z
    .string()
    .max(4_096)
    .describe(what)
    .meta({ examples: ['in use by shop/web-1 since the plan'] });
const name = (what: string, example: string) =>
  z
    .string()
    .min(1)
    .max(253)
    .describe(what)
    .meta({ examples: [example] });
const whole = (what: string, example: number) =>
  z
    .int()
    .nonnegative()
    .describe(what)
    .meta({ examples: [example] });
const attempt = whole('Which attempt speaks, as the take said.', 1);
const instance = name('Random for each start of the agent.', '0f8fad5b-d9cb-469f-a165-70867728950e');
const taskId = z
  .string()
  .regex(/^[\w.:-]{1,200}$/)
  .describe('The id of the task.')
  .meta({ examples: ['inventory-node-1-5913'] });
const taskKind = z
  .enum(TASK_KINDS)
  .describe('What is asked.')
  .meta({ examples: ['inventory'] });

export const AgentHelloBody = z
  .strictObject({
    instance,
    version: name('The version of the agent.', '0.1.0'),
    runtime: z
      .object({ name: name('As it calls itself.', 'containerd'), version: name('Its version.', '2.1.4') })
      .describe('The container runtime.'),
    runtimeAway: sentence('Why the container runtime cannot be reached; absent when it can.').exactOptional(),
    allows: z
      .array(z.enum(ALLOWANCES))
      .max(ALLOWANCES.length)
      .describe('What the agent may be asked, by its own settings.')
      .meta({ examples: [['inventory', 'gc']] }),
  })
  .meta({ id: 'AgentHello', description: 'What an agent says of itself when it begins.' });
export type AgentHelloBody = z.infer<typeof AgentHelloBody>;

export const AgentWelcome = z
  .object({
    node: name('The node that the token is bound to, and so the agent is for.', 'node-1'),
    leaseMs: whole('How long a task is held after a report, in ms.', 30_000),
  })
  .meta({ id: 'AgentWelcome', description: 'What an agent is told when it begins.' });
export type AgentWelcome = z.infer<typeof AgentWelcome>;

export const AgentTaskQuery = z.strictObject({
  wait: z
    .string()
    .regex(/^\d{1,2}s$/)
    .default('0s')
    .describe('How long to wait for a task: up to 60s.')
    .meta({ examples: ['30s'] })
    .transform((text) => Math.min(60, Number.parseInt(text, 10)) * 1000),
  kinds: z
    .string()
    .default(TASK_KINDS.join())
    .describe('The kinds that the agent would take now, separated by commas.')
    .meta({ examples: ['inventory,remove'] })
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(TASK_KINDS)).max(TASK_KINDS.length)),
});
export type AgentTaskQuery = z.infer<typeof AgentTaskQuery>;

export const AgentTaskOffers = z
  .object({
    items: z
      .array(z.object({ id: taskId, kind: taskKind }).meta({ id: 'AgentTaskOffer', description: 'A task to take.' }))
      .describe('Tasks to take, the oldest first; none when the wait is over.'),
  })
  .meta({ id: 'AgentTaskOffers', description: 'Tasks that wait for an agent of the node.' });
export type AgentTaskOffers = z.infer<typeof AgentTaskOffers>;

export const AgentTaskPath = z.object({ task: taskId });
export type AgentTaskPath = z.infer<typeof AgentTaskPath>;

export const AgentTakeBody = z.strictObject({ instance }).meta({ id: 'AgentTake', description: 'Who takes a task.' });
export type AgentTakeBody = z.infer<typeof AgentTakeBody>;

const target = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('image'),
    id: z.string().min(1),
    repoTags: z.array(z.string()),
    sizeBytes: z.number(),
  }),
  z.object({
    kind: z.literal('container'),
    id: z.string().min(1),
    name: z.string(),
    sizeBytes: z.number().exactOptional(),
  }),
  z.object({ kind: z.literal('sandbox'), id: z.string().min(1) }),
  z.object({ kind: z.literal('log'), path: z.string().min(1), sizeBytes: z.number() }),
]);
const state = z.enum(['removing', ...OUTCOMES]);
const IMAGE = 'sha256:67dd9cae67dd9cae67dd9cae67dd9cae67dd9cae67dd9cae67dd9cae67dd9cae';

export const AgentOrder = z
  .object({
    items: z
      .array(z.object({ key: z.string(), target, because: z.string() }))
      .describe('What to remove, in order, each with what must still be so.'),
    keepImages: z.array(z.string()).describe('Images that must stay whatever the items say.'),
    imagesPerMinute: z.number().positive().describe('At most so many images in any minute.'),
    stopAtFreedBytes: z.number().exactOptional().describe('Stop when so much was freed.'),
    deadlineMs: z.number().positive().describe('Stop after so long, in ms.'),
    earlier: z.array(z.object({ key: z.string(), state })).describe('What earlier attempts told of items.'),
  })
  .meta({
    id: 'AgentOrder',
    description: 'What an agent is to remove.',
    examples: [
      {
        items: [
          {
            key: `image/${IMAGE}`,
            target: {
              kind: 'image',
              id: IMAGE,
              repoTags: ['registry.example/apps/web:2.3.3-r1'],
              sizeBytes: 758_000_000,
            },
            because: 'The rule old-versions removes it; it was first seen 19m58s ago and never used since.',
          },
        ],
        keepImages: ['registry.example/apps/web:2.4.0'],
        imagesPerMinute: 20,
        deadlineMs: 3_600_000,
        earlier: [],
      },
    ],
  });

export const AgentTaken = z
  .object({
    id: taskId,
    kind: taskKind,
    attempt,
    endsInMs: whole('How long the task may take, in ms from now: no clock of another machine is needed.', 3_600_000),
    order: AgentOrder.exactOptional().describe('Of a removal.'),
    staticPod: StaticPodOrderBody.exactOptional().describe('Of a static pod.'),
  })
  .meta({ id: 'AgentTaken', description: 'A task that is this agent’s until its lease lapses.' });
export type AgentTaken = z.infer<typeof AgentTaken>;

const itemReport = z
  .object({
    key: z.string().min(1).max(1_024).describe('The item of the order.'),
    state: state.describe('How it is with it; `removing` comes before a removal, the outcome after.'),
    because: sentence('Why.'),
    atMs: atMs.describe('By the clock of the node, ms since the epoch.'),
    freedBytes: z.int().nonnegative().exactOptional().describe('What the file system gained, in bytes.'),
  })
  .meta({
    id: 'AgentItemReport',
    description: 'What became of one item.',
    examples: [
      {
        key: `image/${IMAGE}`,
        state: 'removed',
        because: 'The rule old-versions removes it; it was first seen 19m58s ago and never used since.',
        atMs: 1_795_695_773_433,
        freedBytes: 201_000_000,
      },
    ],
  });

export const AgentReportBody = z
  .strictObject({
    attempt,
    sequence: z
      .int()
      .positive()
      .exactOptional()
      .describe('Counts the reports of this attempt that have items, from 1.')
      .meta({ examples: [1] }),
    items: z.array(itemReport).max(5_000).default([]).describe('What happened since; none only renews the lease.'),
  })
  .refine(({ sequence, items }) => items.length === 0 || sequence !== undefined, {
    error: 'a report with items needs a sequence',
    path: ['sequence'],
  })
  .meta({ id: 'AgentReport', description: 'What an attempt tells while it works.' });
export type AgentReportBody = z.infer<typeof AgentReportBody>;

export const AgentReportAnswer = z
  .object({
    cancelled: z
      .boolean()
      .describe('Stop between two items and end the task.')
      .meta({ examples: [false] }),
  })
  .meta({ id: 'AgentReportAnswer', description: 'The report is noted and the lease renewed.' });
export type AgentReportAnswer = z.infer<typeof AgentReportAnswer>;

export const AgentEndBody = z
  .strictObject({
    attempt,
    outcome: z
      .enum(['done', 'failed', 'refused', 'cancelled', 'handedBack'])
      .describe('`refused`: the agent may not do it. `handedBack`: it stops, another attempt may go on.')
      .meta({ examples: ['done'] }),
    error: sentence('Why it was not done.').exactOptional(),
    summary: z
      .object({
        stoppedBecause: sentence('Why it ended before the last item.').exactOptional(),
        freedBytes: z.number(),
        availableBeforeBytes: z.number().exactOptional(),
        availableAfterBytes: z.number().exactOptional(),
      })
      .exactOptional()
      .describe('Of a removal.')
      .meta({
        examples: [
          {
            freedBytes: 424_000_000,
            availableBeforeBytes: 30_361_784_541,
            availableAfterBytes: 30_785_784_541,
          },
        ],
      }),
    inventory: InventoryBody.exactOptional(),
    machine: MachineBody.exactOptional(),
  })
  .meta({ id: 'AgentEnd', description: 'How an attempt ended.' });
export type AgentEndBody = z.infer<typeof AgentEndBody>;

export const AgentStaticPodsBody = z
  .strictObject({
    changes: z
      .array(StaticPodChangeBody)
      .min(1)
      .max(100)
      .describe('Changes that the server has not heard of as they are now.'),
  })
  .meta({
    id: 'AgentStaticPods',
    description: 'What became of changes of static pods, also by the own timers of the agent.',
  });
export type AgentStaticPodsBody = z.infer<typeof AgentStaticPodsBody>;
