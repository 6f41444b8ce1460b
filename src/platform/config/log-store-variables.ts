import { duration, size, variable } from './variables.js';

/** Environment variables: how long and how much of the logs is kept. */
export const LOG_STORE = {
  LOGS_RETENTION: variable({
    as: 'logsRetentionMs',
    schema: duration('1h', '10000d'),
    default: '7d',
    unit: 'duration',
    group: 'Logs',
    description: 'How long log lines are kept, in whichever store.',
  }),
  LOGS_MAX_BYTES: variable({
    as: 'logsMaxBytes',
    schema: size('0', '1Pi'),
    default: '0',
    unit: 'size',
    group: 'Logs',
    description: 'The most disk that the embedded log store takes: above it the oldest lines go. `0`: no bound.',
  }),
  LOGS_MEMORY: variable({
    as: 'logsMemoryBytes',
    schema: size('64Mi', '64Gi'),
    default: '256Mi',
    unit: 'size',
    group: 'Engines',
    description:
      'The memory that the embedded log store (DuckDB) may take while questions are answered or upkeep is done. Otherwise it has half.',
  }),
} as const;
