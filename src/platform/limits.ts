/** The limits of queries, streams and exports, by the environment variables that hold them; in small letters those that are fixed. */
export const LIMITS = [
  'QUERY_MAX_SERIES',
  'QUERY_MAX_GROUPS',
  'QUERY_MAX_POINTS',
  'QUERY_MAX_CELLS',
  'QUERY_MAX_SPAN',
  'QUERY_MAX_ROWS',
  'QUERY_MAX_QUERIES',
  'QUERY_MAX_EXPRESSION_LENGTH',
  'QUERY_MAX_EXPRESSION_DEPTH',
  'QUERY_TIMEOUT',
  'QUERY_CONCURRENCY',
  'QUERY_MAX_WAITING',
  'EXPORT_MAX_POINTS',
  'EXPORT_TIMEOUT',
  'EXPORT_CONCURRENCY',
  'EXPOSITION_MAX_SAMPLES',
  'LIVE_MAX_LISTENERS',
  'NODE_MAX_SPAN',
  'event streams',
  'expositions',
] as const;
export type LimitName = (typeof LIMITS)[number];
