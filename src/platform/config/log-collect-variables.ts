import { z } from 'zod';
import { parseLogCollect, type LogCollectSetting } from './parse-log-collect.js';
import { duration, integer, variable } from './variables.js';

const logCollect = z.string().transform((text, context): LogCollectSetting => {
  const parsed = parseLogCollect(text);
  if (typeof parsed !== 'string') return parsed;
  context.addIssue({ code: 'custom', message: parsed });
  return z.NEVER;
});

/** Environment variables: which of the cluster's own log streams are collected. */
export const LOG_COLLECT = {
  LOGS_COLLECT: variable({
    as: 'logsCollect',
    schema: logCollect,
    default: 'all',
    group: 'Logs',
    description:
      'Whose log streams are collected from the API server: `all`, `none`, or parts separated by `;`: `namespaces=shop,media`, `not-namespaces=kube-system`, `labels=SELECTOR` (of pods). A pod with the annotation `quartermaster.io/logs: "false"` is never collected.',
  }),
  LOGS_MAX_STREAMS: variable({
    as: 'logsMaxStreams',
    schema: integer(1, 5000),
    default: '500',
    unit: 'streams',
    group: 'Limits',
    description:
      'The most running containers whose logs are followed at once, by all workers together. Of more, the namespaces take turns, each with its oldest pods first; `GET /api/v1/logs/health` tells how many are left out.',
  }),
  LOGS_CHECKPOINT_RETENTION: variable({
    as: 'logsCheckpointRetentionMs',
    schema: duration('1h', '10000d'),
    default: '7d',
    unit: 'duration',
    group: 'Limits',
    description: 'How long it is remembered how far the log of a container was stored that is followed no more.',
  }),
  LOGS_GAP_RETENTION: variable({
    as: 'logsGapRetentionMs',
    schema: duration('1h', '10000d'),
    default: '30d',
    unit: 'duration',
    group: 'Limits',
    description:
      'How long gaps in logs stay in the records: lines that the cluster had dropped before they could be read.',
  }),
} as const;
