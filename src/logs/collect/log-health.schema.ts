import { z } from 'zod';
import { count, instant, text } from '../../platform/http/described.js';
import { listOf, pageQuery } from '../../platform/http/paging.js';
import { instantNs } from '../query/log-line.schema.js';
import { FOLLOW_STATES } from './core/follow-state.js';

const STATES =
  '`following`: lines come as they are written; `waiting`: there is nothing to read yet; `behind`: lines come later than they are written; `ended`: all of its lines are stored; `failed`: the cluster refuses its log.';

export const LogHealthQuery = z.strictObject({
  ...pageQuery,
  namespace: z
    .string()
    .min(1)
    .max(63)
    .optional()
    .describe('Containers in this namespace alone.')
    .meta({ examples: ['shop'] }),
  state: z
    .enum(FOLLOW_STATES)
    .optional()
    .describe(`Containers in this state alone. ${STATES}`)
    .meta({ examples: ['behind'] }),
});
export type LogHealthQuery = z.infer<typeof LogHealthQuery>;

const ContainerLogHealth = z
  .object({
    namespace: text('Its namespace.', 'shop'),
    pod: text('Its pod.', 'web-7d4b9c6f5-x2x9k'),
    podUid: text("Its pod's uid.", '0b1c5a0e-6b7d-4f0e-9f43-8a1a1f0e2d3c'),
    container: text('Its name.', 'web'),
    node: text('Its node.', 'node-1').optional(),
    state: z
      .enum(FOLLOW_STATES)
      .describe(STATES)
      .meta({ examples: ['following'] }),
    reason: text('Why it is in this state.', 'the API server does not answer').optional(),
    behindSeconds: count('For how long it has been behind, seconds; absent when it is not.', 12).optional(),
    restart: count('How often it had been restarted when its newest stored line was written.', 0).optional(),
    lastLineAt: instantNs('When its newest stored line was written.').optional(),
    lines: count('Lines that were stored since it was first seen; a stack trace counts as its lines.', 18_211),
    bytes: count('Bytes of those.', 2_184_000),
    gaps: count('How often lines of it were lost.', 0),
    reconnections: count('How often its stream was opened again.', 1),
    updatedAt: instant('When this was noted: at each change.'),
  })
  .meta({ id: 'ContainerLogHealth', description: "How far a container's log is collected." });

const CollectionGap = z
  .object({
    namespace: text('The namespace.', 'shop'),
    pod: text('The pod.', 'web-7d4b9c6f5-x2x9k'),
    podUid: text("The pod's uid.", '0b1c5a0e-6b7d-4f0e-9f43-8a1a1f0e2d3c'),
    container: text('The container.', 'web'),
    restart: count('Of which life of it.', 0),
    after: instantNs('Lines after this one are missing; absent: from its start.').optional(),
    before: instantNs('Lines before this one are missing; absent: to its end.').optional(),
    reason: z
      .enum(['rotated', 'lives-gone', 'removed'])
      .describe(
        '`rotated`: its file was rotated away; `lives-gone`: the cluster no longer keeps the log of a life of it, or the end of that; `removed`: its pod was removed before its end was read.',
      )
      .meta({ examples: ['rotated'] }),
    notedAt: instant('When that was found.'),
  })
  .meta({ id: 'CollectionGap', description: 'Lines that the cluster had dropped before they could be read.' });

const LogHealthTotals = z
  .object({
    following: count('Containers in this state.', 120),
    waiting: count('Containers in this state.', 3),
    behind: count('Containers in this state.', 0),
    ended: count('Containers in this state.', 14),
    failed: count('Containers in this state.', 0),
    leftOut: count('Running containers that are not followed because of `LOGS_MAX_STREAMS`.', 0),
    lines: count('Lines that were stored.', 1_204_000),
    bytes: count('Bytes of those.', 180_000_000),
    gaps: count('How often lines were lost.', 0),
    reconnections: count('How often streams were opened again.', 4),
    shares: count('The pods are divided into so many shares, each followed by one worker.', 16),
    sharesUnfollowed: count('Shares that no worker follows at this moment.', 0),
  })
  .meta({
    id: 'LogHealthTotals',
    description: 'Of all containers that the caller may see, whatever page is asked for.',
  });

export const LogHealth = listOf('LogHealthPage', ContainerLogHealth, '')
  .extend({
    totals: LogHealthTotals.describe('Of all containers that the caller may see.'),
    gaps: z.array(CollectionGap).describe('The newest gaps, at most 100.'),
  })
  .meta({ id: 'LogHealth', description: 'How the collection of logs fares, by namespace, pod and container.' });
export type LogHealth = z.infer<typeof LogHealth>;
