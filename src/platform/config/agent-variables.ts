import { z } from 'zod';
import { duration, integer, size, variable } from './variables.js';

const SERVICE_ACCOUNT = /^([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\/([a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?)$/;

/** Environment variables: the server's side of agents. */
export const AGENTS = {
  AGENT_SERVICE_ACCOUNT: variable({
    as: 'agentServiceAccount',
    schema: z
      .string()
      .regex(SERVICE_ACCOUNT, 'allowed: <namespace>/<name> of a service account')
      .transform((text) => {
        const [, namespace = '', name = ''] = SERVICE_ACCOUNT.exec(text) ?? [];
        return { namespace, name };
      }),
    default: 'quartermaster/quartermaster-agent',
    group: 'Agents (server)',
    description:
      "The one service account whose tokens are agents', as `<namespace>/<name>`. Its tokens open the agents' API alone.",
  }),
  AGENT_LEASE: variable({
    as: 'agentLeaseMs',
    schema: duration('1s', '10m'),
    default: '30s',
    unit: 'duration',
    group: 'Agents (server)',
    description:
      'How long an agent holds a task after it was last heard of; then another attempt may take it. Each report renews it.',
  }),
  AGENT_MAX_WAITING: variable({
    as: 'agentMaxWaiting',
    schema: integer(1, 50_000),
    default: '5000',
    unit: 'agents',
    group: 'Agents (server)',
    description: 'How many agents may wait for tasks at one process at once; more get 429.',
  }),
  AGENT_MAX_BODY: variable({
    as: 'agentMaxBodyBytes',
    schema: size('64Ki', '256Mi'),
    default: '32Mi',
    unit: 'size',
    group: 'Agents (server)',
    description:
      "The largest body of an agent's report. An inventory of 1,000 images and 5,000 containers has about 4 MiB.",
  }),
  AGENT_INVENTORY_EVERY: variable({
    as: 'agentInventoryEveryMs',
    schema: duration('10s', '1d'),
    default: '5m',
    unit: 'duration',
    group: 'Agents (server)',
    description: 'How old the newest inventory of a node may become before its agent is asked for another.',
  }),
  AGENT_RETENTION: variable({
    as: 'agentRetentionMs',
    schema: duration('1h', '10000d'),
    default: '7d',
    unit: 'duration',
    group: 'Agents (server)',
    description:
      'How long finished tasks of agents stay in the records, and agents and what they found after they were last heard of.',
  }),
} as const;
