import { z } from 'zod';
import { listOf } from '../platform/http/paging.js';
import { freshness, instant } from './cluster-freshness.schema.js';
import { text } from '../platform/http/described.js';

export const labels = z
  .record(z.string(), z.string())
  .describe('Kubernetes labels.')
  .meta({ examples: [{ app: 'web', tier: 'front' }] });

const millicores = z
  .number()
  .optional()
  .describe('CPU in millicores (thousandths of a core).')
  .meta({ examples: [4000] });
const memory = z
  .number()
  .optional()
  .describe('Memory in bytes.')
  .meta({ examples: [8_589_934_592] });
const storage = z
  .number()
  .optional()
  .describe('Local ephemeral storage in bytes.')
  .meta({ examples: [107_374_182_400] });

/** Requests or limits of a container. */
export const Resources = z
  .object({ cpuMillicores: millicores, memoryBytes: memory, ephemeralStorageBytes: storage })
  .meta({ id: 'Resources', description: 'Amounts of what a container asks for; what it does not name is absent.' });

const NodeResources = z
  .object({
    cpuMillicores: millicores,
    memoryBytes: memory,
    ephemeralStorageBytes: storage,
    pods: z
      .number()
      .optional()
      .describe('How many pods fit.')
      .meta({ examples: [110] }),
  })
  .meta({ id: 'NodeResources', description: 'Amounts of what a node has.' });

const NodeCondition = z
  .object({
    type: text('What the condition is about.', 'Ready'),
    status: text('`True`, `False` or `Unknown`.', 'True'),
    reason: text('Why, in one word.', 'KubeletReady').optional(),
    message: text('Why, for people.', 'kubelet is posting ready status').optional(),
    changedAt: instant('When it last changed.').optional(),
  })
  .meta({ id: 'NodeCondition', description: 'One condition that the kubelet or a controller reports.' });

const NodeTaint = z
  .object({
    key: text('Key of the taint.', 'node-role.kubernetes.io/control-plane'),
    value: text('Its value.', 'yes').optional(),
    effect: text('`NoSchedule`, `PreferNoSchedule` or `NoExecute`.', 'NoSchedule'),
  })
  .meta({ id: 'NodeTaint', description: 'What keeps pods off a node.' });

const NodeAddress = z
  .object({
    type: text('`InternalIP`, `ExternalIP`, `Hostname` and so on.', 'InternalIP'),
    address: text('The address.', '10.0.0.11'),
  })
  .meta({ id: 'NodeAddress', description: 'An address of a node.' });

const NodeVersions = z
  .object({
    kubelet: text('Kubelet.', 'v1.34.1'),
    containerRuntime: text('Container runtime.', 'containerd://2.1.4'),
    kernel: text('Kernel.', '6.12.48'),
    osImage: text('Operating system, for people.', 'Debian GNU/Linux 12 (bookworm)'),
    operatingSystem: text('Operating system.', 'linux'),
    architecture: text('Processor architecture.', 'amd64'),
  })
  .meta({ id: 'NodeVersions', description: 'What runs on a node.' });

export const Node = z
  .object({
    name: text('Name.', 'node-1'),
    uid: text('Kubernetes uid.', '0b1c5a0e-6b7d-4f0e-9f43-8a1a1f0e2d3c'),
    createdAt: instant('When it joined.'),
    ready: z
      .boolean()
      .describe('Its condition `Ready` is `True`.')
      .meta({ examples: [true] }),
    unschedulable: z
      .boolean()
      .describe('It is cordoned.')
      .meta({ examples: [false] }),
    labels,
    addresses: z.array(NodeAddress).describe('Its addresses.'),
    kubeletPort: z
      .int()
      .describe('Port of its kubelet.')
      .meta({ examples: [10_250] }),
    capacity: NodeResources.describe('All that it has.'),
    allocatable: NodeResources.describe('What is left for pods.'),
    taints: z.array(NodeTaint).describe('What keeps pods off it.'),
    conditions: z.array(NodeCondition).describe('What the kubelet and controllers report.'),
    versions: NodeVersions.describe('What runs on it.'),
  })
  .meta({ id: 'Node', description: 'A node of the cluster.' });
export type Node = z.infer<typeof Node>;

export const NodeDetails = Node.extend(freshness).meta({
  id: 'NodeDetails',
  description: 'A node, and how old this answer is.',
});
export type NodeDetails = z.infer<typeof NodeDetails>;

export const NodeList = listOf('NodePage', Node, '')
  .extend(freshness)
  .meta({ id: 'NodeList', description: 'Nodes by name.' });
export type NodeList = z.infer<typeof NodeList>;
