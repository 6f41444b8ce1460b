import { z } from 'zod';
import { type EventSinkSetting, parseEventSinks } from './parse-event-sinks.js';
import { duration, integer, variable } from './variables.js';

const sinks = z.string().transform((text, context): readonly EventSinkSetting[] => {
  const { sinks, mistakes } = parseEventSinks(text);
  for (const message of mistakes) context.addIssue({ code: 'custom', message });
  return mistakes.length > 0 ? z.NEVER : sinks;
});

/** Environment variables: Kubernetes events. */
export const EVENTS = {
  EVENTS_RETENTION: variable({
    as: 'eventsRetentionMs',
    schema: duration('1h', '3650d'),
    default: '30d',
    unit: 'duration',
    group: 'Events',
    description: 'How long events of the cluster are kept after their last occurrence.',
  }),
  EVENT_SINKS: variable({
    as: 'eventSinks',
    schema: sinks,
    default: '',
    secret: true, // so that a password that was written where none belongs is not printed
    group: 'Events',
    description:
      "Further places that events are copied to in the layout of Heapster's Eventer: `[name=]influxdb:<url>?<options>` with the options `org`, `bucket` (or `db`) and `withfields`, `[name=]elasticsearch:<url>?<options>` with the option `index`; separated by spaces or line ends. Each has its secrets in `EVENT_SINK_<NAME>_TOKEN`, or `EVENT_SINK_<NAME>_USERNAME` and `EVENT_SINK_<NAME>_PASSWORD`, each also as `..._FILE`; the token of an Elasticsearch is an API key, and one without security needs none.",
  }),
  EVENTS_MAX_ROWS: variable({
    as: 'eventsMaxRows',
    schema: integer(1_000, 100_000_000),
    default: '250000',
    unit: 'rows',
    group: 'Limits',
    description:
      'The most rows that one question about events reads; a page that stopped there goes on with its cursor, and counts say `truncated`.',
  }),
} as const;
