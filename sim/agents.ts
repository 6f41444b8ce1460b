import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpAgentServer } from '../src/adapters/quartermaster/agent-server.http.js';
import { AgentLoop } from '../src/agent/agent-loop.js';
import type { AgentNode } from '../src/agent/agent-node.js';
import { LogFolders } from '../src/agent/log-folders.js';
import { takeInventory } from '../src/agent/take-inventory.js';
import { Log } from '../src/platform/log.js';
import { programVersion } from '../src/platform/version.js';
import { agentToken } from './agent-token.js';
import { machineOf } from './machine.js';
import type { SimNode } from './model.js';
import { SimNodeRuntime } from './runtime/sim-node-runtime.js';
import type { Users } from './users.js';

/** The server is on this machine, and is started after its agents. */
const MAX_PAUSE_MS = 2_000;

export interface AgentsOptions {
  /** Where Quartermaster is. It may come later: agents try again and again. */
  readonly serverUrl: string;
  readonly seed: number;
  readonly users: Users;
  readonly now: () => number;
}

/** An agent on each simulated node, all in this process: real loops on simulated runtimes, with tokens that are bound to their nodes. */
export class Agents {
  private readonly running = new Map<
    string,
    { readonly runtime: SimNodeRuntime; readonly stop: () => Promise<void> }
  >();

  constructor(private readonly options: AgentsOptions) {}

  start(node: SimNode): void {
    const { serverUrl, seed, users, now } = this.options;
    const token = agentToken(users, node.name);
    const server = new HttpAgentServer({ url: serverUrl, ca: () => undefined, token: () => token });
    const runtime = new SimNodeRuntime(node, seed, now);
    node.disk = runtime.state; // its kubelet sees the same disk
    const stop = new AbortController();
    const ended = new AgentLoop({
      server,
      open: async () => agentNode(node, runtime),
      allows: ['inventory', 'gc'],
      instance: randomUUID(),
      version: programVersion(),
      log: Log.silent(),
      random: Math.random,
      maxPauseMs: MAX_PAUSE_MS,
    }).run(stop.signal);
    this.running.set(node.name, {
      runtime,
      stop: async () => {
        stop.abort();
        await ended;
        server.close();
      },
    });
  }

  /** What stands on a node's disk; undefined when it has no agent. */
  runtimeOf(node: string): SimNodeRuntime | undefined {
    return this.running.get(node)?.runtime;
  }

  /** Ends a node's agent, as when its pod is stopped. */
  async stop(node: string): Promise<void> {
    const agent = this.running.get(node);
    this.running.delete(node);
    await agent?.stop();
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((node) => this.stop(node)));
  }
}

function agentNode(node: SimNode, sim: SimNodeRuntime): AgentNode {
  const { runtime, remover, measure, nowMs } = sim;
  const logs = new LogFolders(join(tmpdir(), 'quartermaster-simulated-nodes-have-no-logs'));
  return {
    runtime,
    remover,
    nowMs,
    takeInventory: (name) => takeInventory({ node: name, runtime, logs, measure, nowMs }),
    readMachine: async () => machineOf(node, nowMs()),
    removeLog: async () => ({ outcome: 'absent', because: 'simulated nodes have no logs' }),
    availableBytes: async () => sim.state.availableBytes(),
    whyNotNow: async () => undefined,
  };
}
