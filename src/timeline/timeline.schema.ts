import { z } from 'zod';
import { EventList } from '../events/query/event.schema.js';
import { LogHistogramView } from '../logs/query/log-counts.schema.js';
import { MetricRange } from '../metrics/metric-query.schema.js';
import { count, instant, text } from '../platform/http/described.js';

export const TIMELINE_PARTS = ['events', 'restarts', 'logErrors', 'metrics'] as const;
export type TimelinePart = (typeof TIMELINE_PARTS)[number];

export const TimelineRestart = z
  .object({
    at: instant('When; of `restarted` the start of the step in which it was.'),
    change: z
      .enum(['restarted', 'started', 'ended'])
      .describe('`restarted`: as it was counted. `started` and `ended`: as the kubelet tells of the newest run.')
      .meta({ examples: ['ended'] }),
    namespace: text('Its namespace.', 'shop'),
    pod: text('Its pod.', 'web-7d4b9c6f5-x2x9k'),
    container: text('Its name.', 'app'),
    restarts: count('How often it was restarted in the step.', 1).optional(),
    reason: text('Why it ended.', 'OOMKilled').optional(),
    exitCode: count('How it ended.', 137).optional(),
  })
  .meta({ id: 'TimelineRestart', description: 'A container that was restarted, has started or has ended.' });
export type TimelineRestart = z.infer<typeof TimelineRestart>;

export const Timeline = z
  .object({
    kind: z
      .enum(['pod', 'workload', 'node'])
      .describe('What it is about.')
      .meta({ examples: ['pod'] }),
    namespace: text('Its namespace; a node has none.', 'shop').optional(),
    name: text('Its name; of a workload kind/name.', 'web-7d4b9c6f5-x2x9k'),
    from: instant('Start of the axis, included.'),
    to: instant('End of the axis, not included.'),
    stepMs: count('Width of a step, ms.', 60_000),
    events: EventList.optional(),
    restarts: z.array(TimelineRestart).optional().describe('Restarts, starts and ends of containers, by time.'),
    logErrors: LogHistogramView.optional(),
    metrics: MetricRange.optional(),
    absent: z
      .array(
        z
          .object({
            part: z
              .enum(TIMELINE_PARTS)
              .describe('Which part.')
              .meta({ examples: ['logErrors'] }),
            because: text('Why it is missing.', 'logs are not kept'),
          })
          .meta({ id: 'TimelineAbsence', description: 'A part of a timeline that is missing.' }),
      )
      .describe('The parts that are missing; how complete the others are, each says in its `coverage`.'),
  })
  .meta({
    id: 'Timeline',
    description: 'Events, restarts, lines of errors and metrics of one pod, workload or node, on one axis of time.',
  });
export type Timeline = z.infer<typeof Timeline>;
