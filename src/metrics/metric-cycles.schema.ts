import { z } from 'zod';
import { listOf, pageQuery } from '../platform/http/paging.js';
import { instantField } from '../platform/http/time-fields.js';

export const ListCycles = z.strictObject({
  ...pageQuery,
  from: instantField({
    fallback: '0',
    description: 'Only cycles at or after this instant; default: all.',
    example: 'now-1d',
  }),
  to: instantField({ fallback: 'now', description: 'Only cycles at or before this instant.', example: 'now' }),
});
export type ListCycles = z.infer<typeof ListCycles>;

/** A node that is missing from this one cycle. */
const CycleMissingNode = z
  .object({
    node: z
      .string()
      .describe("The node's name.")
      .meta({ examples: ['node-2'] }),
    reason: z
      .string()
      .describe('Why, for programs; the reasons are those of `MissingNode`.')
      .meta({ examples: ['timeout'] }),
    detail: z
      .string()
      .describe('Why, as a sentence.')
      .meta({ examples: ['The kubelet did not answer within 10s.'] }),
  })
  .meta({ id: 'CycleMissingNode', description: 'A node that is missing from a cycle, and why.' });

/** One collection of the whole cluster. */
export const Cycle = z
  .object({
    cycleAt: z.iso
      .datetime()
      .describe("The end of the cycle's window: the instant that its samples carry.")
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    state: z
      .enum(['running', 'complete', 'partial', 'failed'])
      .describe('`running`: not closed yet; `complete`: every node is present; `partial`: some; `failed`: none.')
      .meta({ examples: ['partial'] }),
    resolutionMs: z
      .int()
      .describe('The time between two cycles when it ran, in ms.')
      .meta({ examples: [60_000] }),
    startedAt: z.iso
      .datetime()
      .describe('When it began to collect.')
      .meta({ examples: ['2026-01-01T10:00:00.120Z'] }),
    closedAt: z.iso
      .datetime()
      .optional()
      .describe('When it was closed; absent while it runs.')
      .meta({ examples: ['2026-01-01T10:00:04.870Z'] }),
    durationMs: z
      .int()
      .optional()
      .describe('From its start to its end, in ms; absent while it runs.')
      .meta({ examples: [4750] }),
    nodesExpected: z
      .int()
      .describe('How many nodes the cluster had.')
      .meta({ examples: [20] }),
    nodesPresent: z
      .int()
      .optional()
      .describe("How many nodes' figures are there; absent while it runs.")
      .meta({ examples: [19] }),
    missing: z
      .array(CycleMissingNode)
      .optional()
      .describe('The nodes that are missing, by name; absent while it runs.'),
  })
  .meta({ id: 'Cycle', description: 'One collection of the whole cluster.' });
export type Cycle = z.infer<typeof Cycle>;

export const CycleList = listOf('CycleList', Cycle, 'Collection cycles, newest first.');
export type CycleList = z.infer<typeof CycleList>;
