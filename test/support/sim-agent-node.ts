import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planCluster } from '../../sim/plan-cluster.js';
import { SimNodeRuntime } from '../../sim/runtime/sim-node-runtime.js';
import type { AgentNode } from '../../src/agent/agent-node.js';
import { LogFolders } from '../../src/agent/log-folders.js';
import { takeInventory } from '../../src/agent/take-inventory.js';

/** A simulated node with its runtime, as an agent meets it. */
export interface SimAgentNode {
  readonly sim: SimNodeRuntime;
  readonly node: AgentNode;
  /** While set: why nothing may be removed. */
  brake?: string;
}

export function simAgentNode(pods = 5): SimAgentNode {
  const [planned] = planCluster({ nodes: 1, podsPerNode: pods, seed: 7 }, Date.now()).nodes.values();
  if (!planned) throw new Error('no node was planned');
  const sim = new SimNodeRuntime(planned, 7);
  const logs = new LogFolders(join(tmpdir(), 'no-such-host'));
  const { runtime, remover, measure, nowMs } = sim;
  const made: SimAgentNode = {
    sim,
    node: {
      runtime,
      remover,
      nowMs,
      takeInventory: (node) => takeInventory({ node, runtime, logs, measure, nowMs }),
      readMachine: async () => ({
        takenAtMs: nowMs(),
        cores: 4,
        topology: [],
        hugePages: [],
        blockDevices: [],
        fileSystems: [],
        networkDevices: [],
        absent: [],
      }),
      removeLog: async () => ({ outcome: 'absent', because: 'the simulated node has no logs' }),
      availableBytes: async () => sim.state.availableBytes(),
      whyNotNow: async () => made.brake,
    },
  };
  return made;
}
