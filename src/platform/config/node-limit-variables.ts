import { duration, integer, variable } from './variables.js';

/** Environment variables: limits of what is asked of one node. */
export const NODE_LIMITS = {
  NODE_MAX_SPAN: variable({
    as: 'nodeMaxSpanMs',
    schema: duration('1m', '1d'),
    default: '1h',
    unit: 'duration',
    group: 'Limits',
    description: "How far back the recent samples of a node's containers may begin.",
  }),
  LIVE_MAX_LISTENERS: variable({
    as: 'liveMaxListeners',
    schema: integer(1, 150),
    default: '50',
    unit: 'listeners',
    group: 'Limits',
    description:
      'How many live streams of nodes one process serves at once; more get 429. Listeners of one node share one poll of its kubelet.',
  }),
} as const;
