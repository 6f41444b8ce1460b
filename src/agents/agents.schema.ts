import { z } from 'zod';
import { listOf, pageQuery } from '../platform/http/paging.js';
import { ALLOWANCES, TASK_KINDS } from './agent-wire.schema.js';
import type { KnownAgent } from './agent-list.service.js';
import { instant, text } from '../platform/http/described.js';

export const AgentQuery = z.strictObject(pageQuery);
export type AgentQuery = z.infer<typeof AgentQuery>;

const RunningTask = z
  .object({
    id: text('Its id.', 'inventory-node-1-5913'),
    kind: z
      .enum(TASK_KINDS)
      .describe('What is asked.')
      .meta({ examples: ['inventory'] }),
    attempt: z
      .int()
      .describe('How often an agent took it.')
      .meta({ examples: [1] }),
    createdAt: instant('When it was asked.'),
    leaseUntil: instant('When another attempt may take it, unless it is heard of again.').optional(),
    cancelRequested: z
      .boolean()
      .describe('It ends between two items.')
      .meta({ examples: [false] }),
  })
  .meta({ id: 'AgentRunningTask', description: 'A task that an agent works on.' });

export const AgentView = z
  .object({
    node: text('The node that it is on.', 'node-1'),
    state: z
      .enum(['connected', 'away'])
      .describe('`away`: it was not heard of for a minute.')
      .meta({ examples: ['connected'] }),
    lastSeenAt: instant('When it was last heard of.'),
    notSeenMs: z
      .int()
      .describe('How long it has not been heard of, in ms; an agent that waits is heard of every 5 seconds.')
      .meta({ examples: [2_140] }),
    helloAt: instant('When it began.'),
    version: text('The version of its program.', '0.1.0'),
    runtime: z
      .object({ name: text('As it calls itself.', 'containerd'), version: text('Its version.', '2.1.4') })
      .describe("The node's container runtime."),
    runtimeAway: text(
      'Why the container runtime cannot be reached; absent when it can. The agent looks for it again and again.',
      'RuntimeService/Version on /run/containerd/containerd.sock: connect ENOENT',
    ).optional(),
    allows: z
      .array(z.enum(ALLOWANCES))
      .describe('What it may be asked, by its own settings (`AGENT_ALLOW`).')
      .meta({ examples: [['inventory', 'gc']] }),
    running: z.array(RunningTask).describe('What it works on.'),
  })
  .meta({ id: 'Agent', description: 'An agent of Quartermaster on a node.' });
export type AgentView = z.infer<typeof AgentView>;

export const AgentViewList = listOf('AgentList', AgentView, 'Agents by node name.');
export type AgentViewList = z.infer<typeof AgentViewList>;

/** An agent as clients see it. */
export function agentView(agent: KnownAgent): AgentView {
  const { node, isConnected, lastSeenAtMs, notSeenMs, helloAtMs, version, runtime, runtimeAway, allows, running } =
    agent;
  return {
    node,
    state: isConnected ? 'connected' : 'away',
    lastSeenAt: new Date(lastSeenAtMs).toISOString(),
    notSeenMs,
    helloAt: new Date(helloAtMs).toISOString(),
    version,
    runtime,
    ...(runtimeAway === undefined ? {} : { runtimeAway }),
    allows: [...allows],
    running: running.map(({ id, kind, attempt, createdAtMs, leaseUntilMs, cancelRequested }) => ({
      id,
      kind,
      attempt,
      createdAt: new Date(createdAtMs).toISOString(),
      ...(leaseUntilMs === undefined ? {} : { leaseUntil: new Date(leaseUntilMs).toISOString() }),
      cancelRequested,
    })),
  };
}
