import { HttpAgentServer } from '../../src/adapters/quartermaster/agent-server.http.js';
import { AgentLoop } from '../../src/agent/agent-loop.js';
import type { AgentNode } from '../../src/agent/agent-node.js';
import { Log } from '../../src/platform/log.js';
import type { AgentsApp } from './agents-app.js';

export interface StartedLoop {
  /** As `AgentLoop.run`. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** How an agent is started in a test. */
export interface LoopOptions {
  readonly node: string;
  readonly url: string;
  readonly open: () => Promise<AgentNode>;
  readonly allows?: ('inventory' | 'gc')[];
  readonly nodeName?: string;
}

let count = 0;

/** Starts an agent in this process that speaks with the server over HTTP, with a token that is bound to its node. */
export function startLoop(
  app: AgentsApp,
  { node, url, open, allows = ['inventory', 'gc'], nodeName }: LoopOptions,
): StartedLoop {
  const stop = new AbortController();
  const token = app.agentToken(node);
  const server = new HttpAgentServer({ url, ca: () => undefined, token: () => token });
  const loop = new AgentLoop({
    server,
    open,
    allows,
    instance: `instance-${String((count += 1))}`,
    version: '0.1.0',
    log: Log.silent(),
    random: () => 0,
    ...(nodeName === undefined ? {} : { nodeName }),
  });
  const ended = loop.run(stop.signal);
  return {
    ended,
    stop: async () => {
      stop.abort();
      await ended.catch(() => undefined);
      server.close();
    },
  };
}
