import { z } from 'zod';
import { text } from '../../../platform/http/described.js';
import { COMPONENTS } from '../core/control-plane-facts.js';
import { INSTALLABLE } from '../core/ha/install-step.js';
import { durationField } from '../../duration-field.js';

/** Longer than that a kubelet does not need for a pod whose image is there; as long as an image may take. */
const SHORTEST_MS = 5_000;
const LONGEST_MS = 600_000;
/** More control-plane nodes than that slow etcd down and save nothing. */
const MOST_NODES = 7;

const name = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'must be the name of a node');
const address = z
  .string()
  .regex(/^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7})$/, 'must be an IP address');
const path = z
  .string()
  .max(200)
  .regex(/^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/, 'must be an absolute path of letters, digits and . _ -');
const image = z.string().regex(/^[a-z0-9][A-Za-z0-9._:@/-]{0,499}$/, 'must be the reference of an image');

const Given = (component: string, example: Readonly<Record<string, string>>) =>
  z
    .strictObject({
      image: image
        .optional()
        .describe("Its image; the present pods' unless given.")
        .meta({ examples: [`registry.k8s.io/${component}:v1.34.1`] }),
      flags: z
        .record(
          z.string().regex(/^[a-z][a-z0-9-]{0,99}$/, 'must be the name of a flag without dashes'),
          z
            .string()
            .max(4096)
            .regex(/^[ -~]*$/, 'must be one line of printable ASCII'),
        )
        .refine((flags) => !Object.hasOwn(flags, 'leader-elect'), { error: 'leader-elect is always true' })
        .default({})
        .describe('Arguments that come before those of the present pods, by name without dashes.')
        .meta({ examples: [example] }),
      hostPaths: z
        .array(path)
        .max(10)
        .default([])
        .describe('Further paths of the node that it reads; files that flags name are there anyhow.')
        .meta({ examples: [['/etc/ssl/certs']] }),
    })
    .describe(`What is known of ${component}, where its pods do not show it.`);

const VirtualIp = z
  .strictObject({
    kind: z
      .enum(['kube-vip', 'haproxy-keepalived'])
      .default('kube-vip')
      .describe('What keeps it: kube-vip by ARP and a Lease, or keepalived by VRRP with HAProxy behind it.')
      .meta({ examples: ['kube-vip'] }),
    address: address
      .describe('The address that the nodes share; free, in their subnet.')
      .meta({ examples: ['10.0.0.100'] }),
    interface: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/, 'must be the name of a network interface')
      .describe("The nodes' network interface that gets it.")
      .meta({ examples: ['eth0'] }),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe(
        'Where it answers: with kube-vip where the API servers do, with HAProxy on another port, 8443 unless given.',
      )
      .meta({ examples: [6443] }),
    kubeconfig: path
      .default('/etc/kubernetes/admin.conf')
      .describe("kube-vip's client configuration on each node.")
      .meta({ examples: ['/etc/kubernetes/admin.conf'] }),
    routerId: z
      .int()
      .min(1)
      .max(255)
      .default(51)
      .describe("VRRP's virtual_router_id: one for each group of a subnet.")
      .meta({ examples: [51] }),
    kubeVipImage: image
      .default('ghcr.io/kube-vip/kube-vip:v1.2.3')
      .describe('Its image.')
      .meta({ examples: ['ghcr.io/kube-vip/kube-vip:v1.2.3'] }),
    haproxyImage: image
      .default('docker.io/library/haproxy:3.4-alpine')
      .describe('Its image.')
      .meta({ examples: ['docker.io/library/haproxy:3.4-alpine'] }),
    keepalivedImage: image
      .default('docker.io/osixia/keepalived:2.0.20')
      .describe('Its image.')
      .meta({ examples: ['docker.io/osixia/keepalived:2.0.20'] }),
  })
  .describe('An address before the API servers; none is rendered unless it is given.');

/** The parameters of the stack `control-plane-ha`; their JSON Schema is what `GET /stacks/control-plane-ha` shows. */
export const HaParameters = z.strictObject({
  nodes: z
    .array(
      z.strictObject({
        name: name.describe('Its name, as its kubelet has it or is to have it.').meta({ examples: ['node-2'] }),
        address: address
          .optional()
          .describe('Its address; its InternalIP unless given.')
          .meta({ examples: ['10.0.0.2'] }),
      }),
    )
    .min(1)
    .max(MOST_NODES)
    .refine((nodes) => new Set(nodes.map((node) => node.name)).size === nodes.length, {
      error: 'must name each node once',
    })
    .describe('The nodes that are to carry the control plane, also those that do already and get a virtual IP.')
    .meta({ examples: [[{ name: 'node-2' }]] }),
  components: z
    .array(z.enum(COMPONENTS))
    .min(1)
    .max(COMPONENTS.length)
    .optional()
    .describe('What of it; all that can be brought unless given.')
    .meta({ examples: [['kube-controller-manager', 'kube-scheduler']] }),
  scheduler: Given('kube-scheduler', { kubeconfig: '/etc/kubernetes/scheduler.conf' }).optional(),
  controllerManager: Given('kube-controller-manager', {
    kubeconfig: '/etc/kubernetes/controller-manager.conf',
    'root-ca-file': '/etc/kubernetes/pki/ca.crt',
    'service-account-private-key-file': '/etc/kubernetes/pki/sa.key',
  }).optional(),
  virtualIp: VirtualIp.optional(),
  imageRegistry: z
    .string()
    .regex(/^[a-z0-9][A-Za-z0-9._:/-]{0,253}$/, 'must be a registry, with a path if need be')
    .optional()
    .describe('A registry that has the images of the virtual IP too.')
    .meta({ examples: ['mirror.example:5000/hub'] }),
  staticPodPath: path
    .default('/etc/kubernetes/manifests')
    .describe("The kubelets' folder of manifests (KubeletConfiguration.staticPodPath); an agent has its own setting.")
    .meta({ examples: ['/etc/kubernetes/manifests'] }),
});
export type HaParameters = z.infer<typeof HaParameters>;

export const HaRenderBody = z
  .strictObject({ parameters: HaParameters.describe('For which nodes, and what cannot be seen.') })
  .meta({ id: 'ControlPlaneHaRenderRequest', description: 'For which nodes the control plane is rendered.' });
export type HaRenderBody = z.infer<typeof HaRenderBody>;

export const HaInstallBody = z
  .strictObject({
    install: z
      .literal(true, { error: 'must be true: manifests on nodes are changed; render shows which' })
      .describe('That it is meant.')
      .meta({ examples: [true] }),
    parameters: HaParameters.describe('As for rendering; API server and etcd are not installed.'),
    timeLimit: durationField(
      'How long a new instance may take to be ready before its manifest is taken back, from 5s to 10m.',
      '2m',
      SHORTEST_MS,
      LONGEST_MS,
      'from 5s to 10m, such as 2m',
    ).default('2m'),
  })
  .meta({ id: 'ControlPlaneHaInstallRequest', description: 'What agents install, and where.' });
export type HaInstallBody = z.infer<typeof HaInstallBody>;

/** Whose installation is taken away. */
export const HaNodePath = z.strictObject({ node: name.describe('The node.').meta({ examples: ['node-2'] }) });
export type HaNodePath = z.infer<typeof HaNodePath>;

export const HaUninstallQuery = z.strictObject({
  component: z
    .enum(INSTALLABLE)
    .optional()
    .describe('This one alone; all that were installed there unless given.')
    .meta({ examples: ['kube-scheduler'] }),
  timeLimit: durationField(
    'How long each may take to be away, and another to do its work, before it is put back, from 5s to 10m.',
    '2m',
    SHORTEST_MS,
    LONGEST_MS,
    'from 5s to 10m, such as 2m',
  ).default('2m'),
});
export type HaUninstallQuery = z.infer<typeof HaUninstallQuery>;

const Command = z
  .object({
    command: text(
      'For a shell; what stands in <> is printed by a command before it.',
      'kubeadm token create --print-join-command',
    ),
    purpose: text('What it is for, or what must come out.', 'Prints <token> and <hash>.'),
  })
  .meta({ id: 'ControlPlaneHaCommand', description: 'A command, and what it is for.' });

const commands = (description: string) => z.array(Command).describe(description);

const File = z
  .object({
    path: text('Where it stands on the node.', '/etc/kubernetes/manifests/kube-scheduler.yaml'),
    mode: text('Its permissions.', '0600'),
    content: text('What is in it.', 'apiVersion: v1\nkind: Pod\n'),
    writtenBy: z
      .enum(['agent', 'kubeadm', 'you'])
      .describe(
        '`agent`: by installation, or by you; `kubeadm`: by `kubeadm join`, and it stands here to compare; `you`: by you alone.',
      )
      .meta({ examples: ['agent'] }),
    purpose: text('What it is for.', 'Another kube-scheduler: one leads, the others wait for its Lease.'),
    mustExist: z
      .array(z.string())
      .describe('Files that must be on the node before.')
      .meta({ examples: [['/etc/kubernetes/scheduler.conf']] }),
  })
  .meta({ id: 'ControlPlaneHaFile', description: 'A file of a node.' });

const NodeView = z
  .object({
    node: text('The node.', 'node-2'),
    address: text('Its address, where it is known.', '10.0.0.2').optional(),
    files: z.array(File).describe('Its files.'),
    commands: commands('What is to be done on it, in this order; installation does what is `writtenBy` agents.'),
  })
  .meta({ id: 'ControlPlaneHaNode', description: 'What a node gets.' });

export const HaRenderView = z
  .object({
    stack: text('The stack.', 'control-plane-ha'),
    version: text("The stack's own version.", '1.0.0'),
    first: commands('Once, on a node of the control plane, before all others.'),
    nodes: z.array(NodeView).describe('One node after the other.'),
    checks: commands('Afterwards.'),
    notes: z
      .array(z.string())
      .describe('What to know besides.')
      .meta({ examples: [['etcd then has 2 members: three (or five) keep their majority when a node is lost.']] }),
  })
  .meta({
    id: 'ControlPlaneHa',
    description: 'Files and commands that give a control plane more nodes. Nothing is changed.',
  });
export type HaRenderView = z.infer<typeof HaRenderView>;
