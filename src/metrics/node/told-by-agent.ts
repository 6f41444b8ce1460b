import type { Found } from '../../agents/agent-findings.service.js';
import type { Machine } from '../../agents/core/machine.js';
import { known } from '../../cluster/core/raw-object.js';
import type { MachineSummary } from '../core/node/read-machine.js';
import type { NodeMachine } from './node-machine.schema.js';

/** What the agent of a node told of it as a machine, and how long ago. */
export interface AgentTold {
  readonly found: Found<Machine>;
  readonly ageMs: number;
}

const NO_AGENT = 'Only the node itself can tell it, and no agent of Quartermaster has told of this node.';
/** What cAdvisor read from /proc and /sys of the node, and nobody tells from afar. */
const NEEDS_AGENT = [
  'blockDevices',
  'topology',
  'cpuFrequencyKhz',
  'cpuVendor',
  'cpuModel',
  'physicalCores',
  'sockets',
  'hugePages',
  'mounts',
  'networkDevices[].macAddress',
  'networkDevices[].speedMbps',
  'networkDevices[].mtu',
] as const;
/** Fields of the agent's machine that have another name in the answer. */
const RENAMED: Readonly<Record<string, string>> = { fileSystems: 'mounts' };

/** The fields of the answer that come from the agent alone. */
export function toldByAgent(told: AgentTold | undefined): Partial<NodeMachine> {
  if (!told) return {};
  const { body, takenAtMs } = told.found;
  const { cpuVendor, cpuModel, cpuFrequencyKhz, physicalCores, sockets } = body;
  const { topology, hugePages, blockDevices, fileSystems } = body;
  return {
    ...known({ cpuVendor, cpuModel, cpuFrequencyKhz, physicalCores, sockets }),
    topology: topology.map(({ cores, caches, ...rest }) => ({
      ...rest,
      cores: cores.map(({ threads, ...core }) => ({ ...core, threads: [...threads] })),
      caches: caches.map(({ sharedBy, ...cache }) => ({ ...cache, sharedBy: [...sharedBy] })),
    })),
    hugePages: hugePages.map((pages) => ({ ...pages })),
    blockDevices: blockDevices.map((device) => ({ ...device })),
    mounts: fileSystems.map((mount) => ({ ...mount })),
    agentReadAt: new Date(takenAtMs).toISOString(),
    agentAgeMs: told.ageMs,
  };
}

/** The kubelet's devices with what the agent knows of each; without a kubelet's word the agent's alone. */
export function networkDevicesOf(
  { networkDevices }: MachineSummary,
  told: AgentTold | undefined,
): NodeMachine['networkDevices'] {
  const own = told?.found.body.networkDevices ?? [];
  const devices = networkDevices.length > 0 ? networkDevices : own.map(({ name }) => ({ name, isDefault: false }));
  return devices.map(({ name, isDefault }) => {
    const { macAddress, speedMbps, mtu } = own.find((device) => device.name === name) ?? {};
    return { name, default: isDefault, ...known({ macAddress, speedMbps, mtu }) };
  });
}

/** What the answer lacks since the agent did not tell it, with its own reason where it gave one. */
export function absentWithoutAgent(told: AgentTold | undefined): NodeMachine['absent'] {
  if (!told) return NEEDS_AGENT.map((field) => ({ field, reason: NO_AGENT }));
  const mine = new Set<string>(NEEDS_AGENT);
  return told.found.body.absent
    .map(({ field, reason }) => ({ field: RENAMED[field] ?? field, reason }))
    .filter(({ field }) => mine.has(field));
}
