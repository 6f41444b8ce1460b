import { z } from 'zod';

/** A node that is missing from one or more cycles of an answer. */
export const MissingNode = z
  .object({
    node: z
      .string()
      .describe("The node's name.")
      .meta({ examples: ['node-2'] }),
    reason: z
      .string()
      .describe(
        'Why its figures are missing, the newest time: `timeout`, `connection-refused`, `connection-lost`, `unreachable`, `certificate`, `unauthorized`, `forbidden`, `http-<status>`, `body-too-large`, `garbage`, `clock-skew`, `no-address`, `not-in-time`.',
      )
      .meta({ examples: ['timeout'] }),
    detail: z
      .string()
      .describe('The same as a sentence, with the way out where there is one.')
      .meta({ examples: ['The kubelet did not answer within 10s.'] }),
    cyclesMissed: z
      .int()
      .describe('In how many of the cycles it is missing.')
      .meta({ examples: [2] }),
    lastMissedAt: z.iso
      .datetime()
      .describe('The newest cycle from which it is missing.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
  })
  .meta({ id: 'MissingNode', description: 'A node whose figures are missing, and why.' });

/** How complete the collections are that an answer is made of. */
export const Coverage = z
  .object({
    cycles: z
      .int()
      .describe(
        'How many closed collection cycles were looked at: those of the answered time, at most the 12,000 newest.',
      )
      .meta({ examples: [60] }),
    newestCycleAt: z.iso
      .datetime()
      .optional()
      .describe('The newest closed cycle among them; absent when there is none.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    oldestCycleAt: z.iso
      .datetime()
      .optional()
      .describe('The oldest closed cycle among them; absent when there is none.')
      .meta({ examples: ['2026-01-01T09:01:00.000Z'] }),
    nodesExpected: z
      .int()
      .describe('How many nodes the cluster had, at the most, in these cycles.')
      .meta({ examples: [20] }),
    nodesPresent: z
      .int()
      .describe('How many of them were there in every one of these cycles.')
      .meta({ examples: [19] }),
    missing: z
      .array(MissingNode)
      .optional()
      .describe(
        'The nodes that are missing from one or more of these cycles, by name. Left out for a caller that is limited to namespaces, which gets the counts alone.',
      ),
  })
  .meta({ id: 'Coverage', description: 'How complete the collections are that the answer is made of.' });
export type Coverage = z.infer<typeof Coverage>;
