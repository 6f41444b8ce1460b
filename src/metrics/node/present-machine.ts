import type { ClusterNode } from '../../cluster/core/cluster-objects.js';
import { known } from '../../cluster/core/raw-object.js';
import type { NodeFailure } from '../collect/node-failure.js';
import type { MachineSummary } from '../core/node/read-machine.js';
import type { NodeMachine } from './node-machine.schema.js';
import { absentWithoutAgent, type AgentTold, networkDevicesOf, toldByAgent } from './told-by-agent.js';

/** What the kubelet told, or why it did not. */
export type MachineTold =
  { readonly summary: MachineSummary; readonly receivedAtMs: number } | { readonly failure: NodeFailure };

const INSTANCE_TYPE = 'node.kubernetes.io/instance-type';
const NOTHING: MachineSummary = { fileSystems: [], networkDevices: [] };

/** The node's status and its kubelet's word as one machine; what neither tells is named with the reason. */
export function presentMachine(
  node: ClusterNode,
  told: MachineTold,
  agent: AgentTold | undefined,
): Omit<NodeMachine, 'asOf' | 'staleSeconds'> {
  const summary = 'summary' in told ? told.summary : NOTHING;
  const { cpuMillicores, memoryBytes } = node.capacity;
  const swap = swapOf(node, summary);
  const machine = {
    node: node.name,
    ...known({ cores: cpuMillicores === undefined ? undefined : cpuMillicores / 1000, memoryBytes, swap }),
    fileSystems: summary.fileSystems.map((one) => ({ ...one })),
    networkDevices: networkDevicesOf(summary, agent),
    ...known({
      maxProcesses: summary.maxProcesses,
      bootedAt: summary.startedAtMs === undefined ? undefined : new Date(summary.startedAtMs).toISOString(),
      instanceType: node.labels[INSTANCE_TYPE],
      kubeletAskedAt: 'summary' in told ? new Date(told.receivedAtMs).toISOString() : undefined,
    }),
    ...toldByAgent(agent),
    ...node.identity,
    addresses: [...node.addresses],
    capacity: node.capacity,
    allocatable: node.allocatable,
    versions: node.versions,
  };
  return { ...machine, absent: [...absentOf(machine, told), ...absentWithoutAgent(agent)] };
}

/** The capacity as the API server has it, else what the kubelet's two figures add up to. */
function swapOf(node: ClusterNode, { swapUsedBytes, swapAvailableBytes }: MachineSummary): NodeMachine['swap'] {
  const sum =
    swapUsedBytes === undefined || swapAvailableBytes === undefined ? undefined : swapUsedBytes + swapAvailableBytes;
  const swap = known({
    capacityBytes: node.swapBytes ?? sum,
    usedBytes: swapUsedBytes,
    availableBytes: swapAvailableBytes,
  });
  return Object.keys(swap).length > 0 ? swap : undefined;
}

function absentOf(machine: Omit<NodeMachine, 'asOf' | 'staleSeconds' | 'absent'>, told: MachineTold) {
  const byKubelet = [
    ['fileSystems', machine.fileSystems.length === 0],
    ['networkDevices', machine.networkDevices.length === 0],
    ['swap', machine.swap === undefined],
    ['maxProcesses', machine.maxProcesses === undefined],
    ['bootedAt', machine.bootedAt === undefined],
  ] as const;
  const byCluster = [
    ['cores', machine.cores === undefined],
    ['memoryBytes', machine.memoryBytes === undefined],
    ['machineId', machine.machineId === undefined],
    ['systemUuid', machine.systemUuid === undefined],
    ['bootId', machine.bootId === undefined],
    ['providerId', machine.providerId === undefined],
    ['instanceType', machine.instanceType === undefined],
  ] as const;
  const why =
    'failure' in told ? `The kubelet could not be asked: ${told.failure.message}` : 'The kubelet does not tell it.';
  return [
    ...byKubelet.filter(([, isAbsent]) => isAbsent).map(([field]) => ({ field, reason: why })),
    ...byCluster
      .filter(([, isAbsent]) => isAbsent)
      .map(([field]) => ({ field, reason: 'The Node object does not have it.' })),
  ];
}
