import { integer, size, variable } from './variables.js';

/** Environment variables: what log shippers may send. */
export const LOG_INGEST = {
  LOG_INGEST_MAX_BODY: variable({
    as: 'logIngestMaxBodyBytes',
    schema: size('1Mi', '256Mi'),
    default: '32Mi',
    unit: 'size',
    group: 'Limits',
    description:
      'The largest body of `POST /_bulk`, packed and unpacked; larger ones get 413. Bodies are held in memory: up to `LOG_INGEST_CONCURRENCY` at once.',
  }),
  LOG_INGEST_MAX_ITEMS: variable({
    as: 'logIngestMaxItems',
    schema: integer(1, 1_000_000),
    default: '100000',
    unit: 'items',
    group: 'Limits',
    description: 'The most documents in one body of `POST /_bulk`; more get 413.',
  }),
  LOG_INGEST_CONCURRENCY: variable({
    as: 'logIngestConcurrency',
    schema: integer(1, 100),
    default: '8',
    unit: 'requests',
    group: 'Limits',
    description: 'How many bulk requests are read and stored at once; more wait (`LOG_INGEST_MAX_WAITING`).',
  }),
  LOG_INGEST_MAX_WAITING: variable({
    as: 'logIngestMaxWaiting',
    schema: integer(0, 1000),
    default: '100',
    unit: 'requests',
    group: 'Limits',
    description: 'How many bulk requests wait while `LOG_INGEST_CONCURRENCY` run; more get 429.',
  }),
} as const;
