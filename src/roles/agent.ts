import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { HttpAgentServer } from '../adapters/quartermaster/agent-server.http.js';
import { readAgain } from '../adapters/kubelet/read-again.js';
import { AgentLoop } from '../agent/agent-loop.js';
import type { AgentNode } from '../agent/agent-node.js';
import { HostFiles } from '../agent/host-files.js';
import { LogFolders } from '../agent/log-folders.js';
import { measureFileSystem } from '../agent/measure-file-system.js';
import { readMachine } from '../agent/read-machine.js';
import { removeLog } from '../agent/remove-log.js';
import { takeInventory } from '../agent/take-inventory.js';
import { whyNotNow } from '../agent/why-not-now.js';
import { type Clock, SystemClock } from '../platform/clock.js';
import { type Config, ConfigError } from '../platform/config.js';
import { endingPlan } from '../platform/ending-plan.js';
import type { Log } from '../platform/log.js';
import { programVersion } from '../platform/version.js';
import { keepStaticPods } from './keep-static-pods.js';
import { openNodeRuntime, type NodeRuntime } from './open-node-runtime.js';
import { stopOnSignal } from './stop-on-signal.js';

/** `ROLE=agent`: serves one node until a signal. Nothing listens. */
export async function serveNode(config: Config, log: Log): Promise<void> {
  const server = openServer(config);
  const clock = new SystemClock();
  let runtime: NodeRuntime | undefined;
  const open = async (): Promise<AgentNode> => nodeOf(config, (runtime = await openNodeRuntime(config, clock)), clock);
  const staticPods = await keepStaticPods(config, clock, log);
  const stop = new AbortController();
  const { agentAllow: allows, nodeName } = config;
  const version = programVersion();
  log.info('Starting', { role: config.role, version, node: process.version, allows });
  const loop = new AgentLoop({
    server,
    open,
    allows,
    instance: randomUUID(),
    version,
    log,
    random: Math.random,
    ...(staticPods ? { staticPods } : {}),
    ...(nodeName === undefined ? {} : { nodeName }),
  });
  const ended = loop.run(stop.signal);
  stopOnSignal(
    (ending) =>
      ending.step('tasks', endingPlan(config.shutdownTimeoutMs).engines, async () => {
        stop.abort();
        await ended;
        await staticPods?.close();
        server.close();
        runtime?.close();
      }),
    config.shutdownTimeoutMs,
    log,
  );
  await ended;
}

function openServer({ serverUrl = '', serverCaFile, tokenFile }: Config): HttpAgentServer {
  try {
    const ca = serverCaFile === undefined ? undefined : readAgain(serverCaFile);
    const token = () => readFileSync(tokenFile, 'utf8').trim();
    return new HttpAgentServer({ url: serverUrl, ca: () => ca?.().toString('utf8'), token });
  } catch (error) {
    throw new ConfigError([`SERVER_URL, SERVER_CA_FILE: ${(error as Error).message}`]);
  }
}

function nodeOf(config: Config, { runtime, remover }: NodeRuntime, clock: Clock): AgentNode {
  const logs = new LogFolders(config.hostRoot, config.podLogsDir);
  const measure = (mountpoint: string) => measureFileSystem(logs.reach(mountpoint));
  const nowMs = () => clock.now();
  return {
    runtime,
    remover,
    nowMs,
    takeInventory: (node) => takeInventory({ node, runtime, logs, measure, nowMs }),
    readMachine: () => readMachine(new HostFiles(config.hostRoot), nowMs()),
    removeLog: (path) => removeLog(path, logs),
    availableBytes: async () => {
      const fileSystems = await runtime.listFileSystems();
      const held = fileSystems.find(({ holds }) => holds === 'image') ?? fileSystems[0];
      if (!held) throw new Error('the runtime names no file system');
      return (await measure(held.mountpoint)).availableBytes;
    },
    whyNotNow: () =>
      whyNotNow({ pauseFile: config.agentPauseFile, maxIoPressurePercent: config.agentMaxIoPressurePercent }),
  };
}
