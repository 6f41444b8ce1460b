import { z } from 'zod';
import { count, instant, text } from '../../platform/http/described.js';
import { listOf } from '../../platform/http/paging.js';

export const EventReference = z
  .object({
    kind: text('Its kind.', 'Pod'),
    apiVersion: text('Its API version.', 'v1').optional(),
    namespace: text('Its namespace; absent: it is in none.', 'shop').optional(),
    name: text('Its name.', 'web-7d4b9c6f5-x2x9k'),
    uid: text('Its uid.', '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e').optional(),
    fieldPath: text('A part of it.', 'spec.containers{web}').optional(),
  })
  .meta({ id: 'EventReference', description: 'An object that an event is about.' });

export const EventView = z
  .object({
    uid: text('Its uid.', '4a1c7f1e-9d0c-4a0e-8d9b-1d8f2b7a6c55'),
    namespace: text('The namespace that it stands in.', 'shop'),
    name: text('Its name.', 'web-7d4b9c6f5-x2x9k.18a2f0c1d2e3f4a5'),
    type: text('`Normal` or `Warning`.', 'Warning'),
    reason: text('Why it was told, in one word.', 'BackOff'),
    action: text('What was done; events of core/v1 lack it.', 'Binding').optional(),
    note: text('For people.', 'Back-off restarting failed container worker in pod thumbnailer-6f7d9'),
    regarding: EventReference,
    related: EventReference.optional(),
    reportingController: text('Who tells.', 'kubelet'),
    reportingInstance: text('Which one of those.', 'node-1').optional(),
    firstAt: instant('When it occurred first.'),
    lastAt: instant('When it occurred last.'),
    count: count('How often it has occurred.', 12),
    isSeries: z
      .boolean()
      .describe('It is told of as a series, whose count comes up to date from time to time.')
      .meta({ examples: [false] }),
    node: text('The node that it is about, or on which it happened.', 'node-1').optional(),
    workload: text('The workload that the object belongs to, or is: kind/name.', 'Deployment/web').optional(),
  })
  .meta({ id: 'Event', description: 'A Kubernetes event: one, however often it has occurred.' });
export type EventView = z.infer<typeof EventView>;

export const EventCoverageView = z
  .object({
    state: z
      .enum(['starting', 'live', 'behind'])
      .describe('`live`: events come in as they happen. `behind`: the cluster is not followed at the moment.')
      .meta({ examples: ['live'] }),
    reason: text('Why it is behind.', 'the API server does not answer').optional(),
    asOf: instant('The instant that the events are as of; absent before the first list.').optional(),
    gaps: z
      .array(
        z
          .object({ from: instant('From then on.'), to: instant('Until then.') })
          .meta({ id: 'EventGap', description: 'A span whose events may have expired before they were read.' }),
      )
      .describe('Spans of the asked time whose events may be missing: nobody followed them, and they expired.'),
  })
  .meta({ id: 'EventCoverage', description: 'How complete answers about events are.' });
export type EventCoverageView = z.infer<typeof EventCoverageView>;

export const EventList = listOf('EventList', EventView, 'Events by their last occurrence.')
  .extend({ coverage: EventCoverageView })
  .meta({ id: 'EventList', description: 'Events by their last occurrence.' });
export type EventList = z.infer<typeof EventList>;
