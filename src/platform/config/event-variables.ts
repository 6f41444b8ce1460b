import { duration, integer, variable } from './variables.js';

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
