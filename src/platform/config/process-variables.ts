import { duration, oneOf, text, variable } from './variables.js';

export const ROLES = ['all', 'api', 'worker', 'agent', 'migrate', 'openapi'] as const;
export type Role = (typeof ROLES)[number];

/** Environment variables: what the process is. */
export const PROCESS = {
  ROLE: variable({
    as: 'role',
    schema: oneOf(ROLES),
    default: 'all',
    group: 'Process',
    description:
      'What this process does: everything (`all`), only HTTP (`api`), only background work (`worker`), a node agent (`agent`), bring the records up to date and end (`migrate`), print the OpenAPI document and end (`openapi`).',
  }),
  DATA_DIR: variable({
    as: 'dataDir',
    schema: text,
    default: './data',
    group: 'Process',
    description:
      'The folder of everything that is kept without an external engine, of the certificate authority and of the first admin token.',
  }),
  SHUTDOWN_TIMEOUT: variable({
    as: 'shutdownTimeoutMs',
    schema: duration('1s', '10m'),
    default: '10s',
    unit: 'duration',
    group: 'Process',
    description:
      'Within this time a process has ended after SIGTERM. Running work has half of it to finish, or all but 5 seconds if that is more; what has not is handed back.',
  }),
  LOG_LEVEL: variable({
    as: 'logLevel',
    schema: oneOf(['trace', 'debug', 'info', 'warn', 'error']),
    default: 'info',
    group: 'Process',
    description: 'The least severe messages that are logged.',
  }),
  LOG_FORMAT: variable({
    as: 'logFormat',
    schema: oneOf(['json', 'pretty']).optional(),
    group: 'Process',
    description:
      'One JSON object a line (`json`) or readable lines (`pretty`); unset: `pretty` on a terminal, else `json`.',
  }),
} as const;
