import { AGENT_NODE } from './agent-node-variables.js';
import { AGENTS } from './agent-variables.js';
import { COLLECTION } from './collection-variables.js';
import { ELASTICSEARCH } from './elasticsearch-variables.js';
import { ENGINES } from './engine-variables.js';
import { GC } from './gc-variables.js';
import { HTTP } from './http-variables.js';
import { LIMITS } from './limit-variables.js';
import { LOG_STORE } from './log-store-variables.js';
import { NODE_LIMITS } from './node-limit-variables.js';
import { PROCESS } from './process-variables.js';
import { QUERY_LIMITS } from './query-limit-variables.js';
import { SINKS } from './sink-variables.js';

/** Every environment variable that Quartermaster reads. `docs/configuration.md` is generated from this table. */
export const VARIABLES = {
  ...PROCESS,
  ...HTTP,
  ...ENGINES,
  ...ELASTICSEARCH,
  ...COLLECTION,
  ...SINKS,
  ...GC,
  ...LOG_STORE,
  ...LIMITS,
  ...QUERY_LIMITS,
  ...NODE_LIMITS,
  ...AGENTS,
  ...AGENT_NODE,
} as const;
