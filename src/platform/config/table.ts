import { AGENT_NODE } from './agent-node-variables.js';
import { AGENTS } from './agent-variables.js';
import { COLLECTION } from './collection-variables.js';
import { ELASTICSEARCH } from './elasticsearch-variables.js';
import { ENGINES } from './engine-variables.js';
import { EVENTS } from './event-variables.js';
import { GC } from './gc-variables.js';
import { HTTP } from './http-variables.js';
import { LIMITS } from './limit-variables.js';
import { LOG_COLLECT } from './log-collect-variables.js';
import { LOG_QUERY } from './log-query-variables.js';
import { LOG_STORE } from './log-store-variables.js';
import { LOG_INGEST } from './log-ingest-variables.js';
import { NODE_LIMITS } from './node-limit-variables.js';
import { PROCESS } from './process-variables.js';
import { QUERY_LIMITS } from './query-limit-variables.js';
import { SINKS } from './sink-variables.js';
import { STACKS } from './stack-variables.js';

/** Every environment variable that Quartermaster reads. `docs/configuration.md` is generated from this table. */
export const VARIABLES = {
  ...PROCESS,
  ...HTTP,
  ...ENGINES,
  ...ELASTICSEARCH,
  ...COLLECTION,
  ...SINKS,
  ...GC,
  ...STACKS,
  ...LOG_COLLECT,
  ...LOG_STORE,
  ...EVENTS,
  ...LIMITS,
  ...QUERY_LIMITS,
  ...LOG_QUERY,
  ...NODE_LIMITS,
  ...LOG_INGEST,
  ...AGENTS,
  ...AGENT_NODE,
} as const;
