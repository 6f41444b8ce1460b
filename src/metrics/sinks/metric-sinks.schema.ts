import { z } from 'zod';
import { listOf } from '../../platform/http/paging.js';
import { count } from '../../platform/http/described.js';

const names = (description: string, example: string) =>
  z
    .array(z.string())
    .describe(description)
    .meta({ examples: [[example]] });
const instant = (description: string) =>
  z.iso
    .datetime()
    .optional()
    .describe(description)
    .meta({ examples: ['2026-01-01T10:00:00.000Z'] });

const MetricSinkFilter = z
  .object({
    metrics: names('Metrics that are sent, `*` at the end for all that begin so; none: all.', 'cpu/*'),
    excludeMetrics: names('Metrics that are not sent.', 'cpu/limit'),
    namespaces: names('Namespaces that are sent, without what belongs to none; none: everything.', 'prod'),
    labelSelector: z
      .string()
      .optional()
      .describe('Selector on the labels of nodes and pods.')
      .meta({ examples: ['app=web'] }),
  })
  .meta({
    id: 'MetricSinkFilter',
    description: 'What of the metrics goes to a sink; every condition must be fulfilled.',
  });

/** A further place that metrics are copied to. */
export const MetricSinkState = z
  .object({
    name: z
      .string()
      .describe('Its name in `METRIC_SINKS`.')
      .meta({ examples: ['archive'] }),
    type: z
      .enum(['influxdb'])
      .describe('What it is.')
      .meta({ examples: ['influxdb'] }),
    state: z
      .enum(['starting', 'up', 'degraded'])
      .describe('`degraded`: it does not take what it is sent, or is behind.')
      .meta({ examples: ['up'] }),
    reason: z
      .string()
      .optional()
      .describe('Why it is degraded.')
      .meta({ examples: ['it cannot be reached (ECONNREFUSED); 3 cycles wait, the oldest for 181 s'] }),
    filter: MetricSinkFilter,
    position: z
      .object({
        closing: count('The number of the closing up to which everything was written or given up.', 1440),
        cycleAt: instant('The cycle that was written last.'),
      })
      .optional()
      .describe('Where it stands; absent until it is begun.'),
    lagMs: count('How long the oldest cycle that waits has been closed, in ms; 0 when none waits.', 0),
    waitingCycles: count('Closed cycles that wait.', 0),
    writtenCycles: count('Cycles that it has taken since it was begun.', 1440),
    writtenPoints: count('Values that it has acknowledged.', 720_000_000),
    refusedPoints: count('Values that it has refused for good, such as older than it keeps.', 0),
    droppedCycles: count('Cycles that were given up because too many waited or the store no longer had them.', 0),
    failures: count('Attempts that it did not take.', 2),
    begunAt: instant('Since when cycles are sent to it.'),
    lastSuccessAt: instant('When it last took a cycle.'),
    failingSince: instant('Since when every attempt has failed; absent while it works.'),
    lastFailure: z
      .string()
      .optional()
      .describe('Why it failed last.')
      .meta({ examples: ['it cannot be reached (ECONNREFUSED)'] }),
  })
  .meta({ id: 'MetricSink', description: 'A further place that metrics are copied to, and how it fares.' });
export type MetricSinkState = z.infer<typeof MetricSinkState>;

export const MetricSinkList = listOf('MetricSinkList', MetricSinkState, 'Metric sinks by name.');
export type MetricSinkList = z.infer<typeof MetricSinkList>;
