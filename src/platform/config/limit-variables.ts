import { duration, integer, variable } from './variables.js';

/** Environment variables: limits and how long things are kept. */
export const LIMITS = {
  RUN_RETENTION: variable({
    as: 'runRetentionMs',
    schema: duration('1h', '10000d'),
    default: '30d',
    unit: 'duration',
    group: 'Limits',
    description: 'How long finished runs stay in the records.',
  }),
  AUDIT_RETENTION: variable({
    as: 'auditRetentionMs',
    schema: duration('1d', '10000d'),
    default: '400d',
    unit: 'duration',
    group: 'Limits',
    description: 'How long audit rows stay in the records.',
  }),
  QUERY_MAX_SERIES: variable({
    as: 'queryMaxSeries',
    schema: integer(1, 100_000),
    default: '1000',
    unit: 'series',
    group: 'Limits',
    description: 'The most series in one answer; more are cut and `truncated` says so.',
  }),
  QUERY_MAX_POINTS: variable({
    as: 'queryMaxPoints',
    schema: integer(1, 100_000),
    default: '11000',
    unit: 'points',
    group: 'Limits',
    description: 'The most points a series may have: the steps of the range.',
  }),
  QUERY_MAX_CELLS: variable({
    as: 'queryMaxCells',
    schema: integer(1_000, 100_000_000),
    default: '1000000',
    unit: 'points',
    group: 'Limits',
    description: 'The most points in one answer, all series together.',
  }),
  QUERY_MAX_SPAN: variable({
    as: 'queryMaxSpanMs',
    schema: duration('1h', '10000d'),
    default: '400d',
    unit: 'duration',
    group: 'Limits',
    description: 'The longest time between `from` and `to`.',
  }),
  QUERY_TIMEOUT: variable({
    as: 'queryTimeoutMs',
    schema: duration('1s', '10m'),
    default: '30s',
    unit: 'duration',
    group: 'Limits',
    description: 'How long a query of the metric store may take.',
  }),
  EXPOSITION_MAX_SAMPLES: variable({
    as: 'expositionMaxSamples',
    schema: integer(1_000, 10_000_000),
    default: '1000000',
    unit: 'samples',
    group: 'Limits',
    description:
      'The most samples in one answer of `GET /metrics/cluster`; more are refused. Until it is sent an answer takes about 700 bytes of memory an object.',
  }),
  QUERY_CONCURRENCY: variable({
    as: 'queryConcurrency',
    schema: integer(1, 100),
    default: '8',
    unit: 'queries',
    group: 'Limits',
    description: 'How many queries of the metric store run at once; more wait (`QUERY_MAX_WAITING`).',
  }),
} as const;
