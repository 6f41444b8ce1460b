import { duration, integer, variable } from './variables.js';

/** Environment variables: what one question about metrics may cost, beyond the limits that every answer has. */
export const QUERY_LIMITS = {
  QUERY_MAX_ROWS: variable({
    as: 'queryMaxRows',
    schema: integer(1_000, 10_000_000_000),
    default: '50000000',
    unit: 'rows',
    group: 'Limits',
    description:
      'The most rows that one request may make the metric store read, estimated beforehand: objects × rows of the tier in the range. It bounds the memory of a query.',
  }),
  QUERY_MAX_QUERIES: variable({
    as: 'queryMaxQueries',
    schema: integer(1, 100),
    default: '20',
    unit: 'queries',
    group: 'Limits',
    description: 'The most metrics, or queries and expressions together, in one request.',
  }),
  QUERY_MAX_GROUPS: variable({
    as: 'queryMaxGroups',
    schema: integer(1, 100_000),
    default: '1000',
    unit: 'groups',
    group: 'Limits',
    description: 'The most groups in one result; more are cut and `truncated` says so.',
  }),
  QUERY_MAX_EXPRESSION_LENGTH: variable({
    as: 'queryMaxExpressionLength',
    schema: integer(10, 16_384),
    default: '1000',
    unit: 'characters',
    group: 'Limits',
    description: 'The longest expression.',
  }),
  QUERY_MAX_EXPRESSION_DEPTH: variable({
    as: 'queryMaxExpressionDepth',
    schema: integer(1, 100),
    default: '20',
    unit: 'levels',
    group: 'Limits',
    description: 'How deep parentheses and signs may stand in each other in an expression.',
  }),
  QUERY_MAX_WAITING: variable({
    as: 'queryMaxWaiting',
    schema: integer(0, 1000),
    default: '100',
    unit: 'queries',
    group: 'Limits',
    description: 'How many queries of the metric store wait while `QUERY_CONCURRENCY` run; more get 429.',
  }),
  EXPORT_MAX_POINTS: variable({
    as: 'exportMaxPoints',
    schema: integer(1_000, 1_000_000_000),
    default: '10000000',
    unit: 'points',
    group: 'Limits',
    description:
      'The most points in one export, all series together: estimated beforehand, and counted while it is written.',
  }),
  EXPORT_TIMEOUT: variable({
    as: 'exportTimeoutMs',
    schema: duration('1s', '6h'),
    default: '10m',
    unit: 'duration',
    group: 'Limits',
    description: 'How long an export may take, its reader included; then the connection is broken off.',
  }),
  EXPORT_CONCURRENCY: variable({
    as: 'exportConcurrency',
    schema: integer(1, 100),
    default: '2',
    unit: 'exports',
    group: 'Limits',
    description: 'How many exports run at once; more get 429.',
  }),
} as const;
