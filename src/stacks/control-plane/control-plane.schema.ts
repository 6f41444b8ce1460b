import { z } from 'zod';
import { count, instant, text } from '../../platform/http/described.js';
import { COMPONENTS, LED_COMPONENTS } from './core/control-plane-facts.js';
import { SEVERITIES } from './core/finding.js';
import { durationField } from '../duration-field.js';

const SHORTEST_MS = 1_000;
const LONGEST_MS = 3_600_000;

const node = text('The node.', 'node-1').optional();
const unknown = text(
  'Why it is not known; then the other field is absent.',
  'configmaps "kubeadm-config" is forbidden',
).optional();

const Replica = z
  .object({
    component: z
      .enum(COMPONENTS)
      .describe('Which part.')
      .meta({ examples: ['kube-scheduler'] }),
    pod: text('Its pod in kube-system.', 'kube-scheduler-node-1'),
    node,
    isStatic: z
      .boolean()
      .describe('A static pod: its kubelet runs it from a file.')
      .meta({ examples: [true] }),
    isReady: z
      .boolean()
      .describe('The pod is ready.')
      .meta({ examples: [true] }),
    image: text('Its image.', 'registry.k8s.io/kube-scheduler:v1.34.1'),
    version: text("The image's tag, when it is a version.", 'v1.34.1').optional(),
    flags: z
      .record(z.string(), z.string())
      .describe('Arguments that decide about leadership, addresses and quorum.')
      .meta({ examples: [{ 'leader-elect': 'true' }] }),
  })
  .meta({ id: 'ControlPlaneReplica', description: 'One pod of the control plane.' });

const Leader = z
  .object({
    component: z
      .enum(LED_COMPONENTS)
      .describe('Which part.')
      .meta({ examples: ['kube-scheduler'] }),
    holder: text('Who holds the Lease, as it names itself; empty when it was given back.', 'node-1_6f0b9e').optional(),
    node,
    isHeld: z
      .boolean()
      .optional()
      .describe('It was renewed within its duration.')
      .meta({ examples: [true] }),
    renewedAt: instant('When it was renewed last.').optional(),
    ageMs: count('Since then, in milliseconds.', 1200).optional(),
    leaseDurationMs: count('How long a renewal lasts, in milliseconds.', 15_000).optional(),
    transitions: count('How often the leader has changed.', 2).optional(),
    unknown,
  })
  .meta({
    id: 'ControlPlaneLeader',
    description: 'Who leads a component, by its Lease; without a holder there is no Lease.',
  });

const Server = z
  .object({
    address: text('Its IP address.', '10.0.0.1'),
    port: count('Its port.', 6443),
    isReachable: z
      .boolean()
      .describe('It answered over TLS within five seconds.')
      .meta({ examples: [true] }),
    isReady: z
      .boolean()
      .optional()
      .describe('`readyz` answered 200; absent when it is not told without a token.')
      .meta({ examples: [true] }),
    certificateEndsAt: instant('When its serving certificate ends.').optional(),
    certificateDaysLeft: count('Whole days until then; negative afterwards.', 211).optional(),
    error: text('Why it is not reachable or not ready.', 'no answer within 5 s').optional(),
  })
  .meta({ id: 'ApiServerAddress', description: 'An address of the Service default/kubernetes, asked by itself.' });

const Client = z
  .object({
    client: text('Who.', 'kube-proxy'),
    server: text('The address that it uses.', 'https://api.example:6443').optional(),
    usesLoadBalancer: z
      .enum(['yes', 'no', 'unknown'])
      .describe("Whether that is the load balancer's.")
      .meta({ examples: ['yes'] }),
    unknown,
  })
  .meta({ id: 'ControlPlaneClient', description: 'By which address somebody reaches the API.' });

const Balancer = z
  .object({
    endpoint: text("kubeadm's `controlPlaneEndpoint`; absent when there is none.", 'api.example:6443').optional(),
    virtualIpHolder: text("Who holds kube-vip's Lease `plndr-cp-lock`.", 'node-1').optional(),
    pods: z
      .array(z.object({ kind: text('What it is.', 'kube-vip'), pod: text('The pod.', 'kube-vip-node-1'), node }))
      .describe('Pods of kube-vip, keepalived and HAProxy in kube-system.')
      .meta({ examples: [[]] }),
    unknown,
  })
  .meta({ id: 'ControlPlaneLoadBalancer', description: 'What stands before the API servers.' });

const FindingView = z
  .object({
    code: text('Its kind: `docs/control-plane.md` tells what each means.', 'single-replica'),
    severity: z
      .enum(SEVERITIES)
      .describe('How much it matters.')
      .meta({ examples: ['warning'] }),
    what: text('What was found.', 'kube-scheduler is ready on one node'),
    why: text('Why that matters.', 'When that node is lost nothing takes its place.'),
    fix: text('What mends it.', 'Join another control-plane node'),
  })
  .meta({ id: 'ControlPlaneFinding', description: 'Something that somebody should know.' });

export const ControlPlaneView = z
  .object({
    verdict: z
      .object({
        losesANodeWithoutLossOfService: z
          .enum(['yes', 'no', 'unknown'])
          .describe('For any one node.')
          .meta({ examples: ['no'] }),
        because: z
          .array(z.string())
          .describe('What decides it.')
          .meta({ examples: [['etcd has 2 members, ready on 2']] }),
      })
      .describe('What it all comes to.'),
    findings: z.array(FindingView).describe('The worst first.'),
    managedBy: z
      .enum(['EKS', 'GKE', 'AKS'])
      .optional()
      .describe('Whose managed cluster it is.')
      .meta({ examples: ['GKE'] }),
    replicas: z.array(Replica).describe('Pods of the control plane; empty where it runs as processes.'),
    leaders: z.array(Leader).describe('Who leads.'),
    apiServers: z.array(Server).describe('The API servers by address.'),
    loadBalancer: Balancer.describe('What stands before them.'),
    clients: z.array(Client).describe('Who reaches them by which address.'),
    readAt: instant('When all this was read.'),
  })
  .meta({ id: 'ControlPlane', description: "The cluster's control plane." });
export type ControlPlaneView = z.infer<typeof ControlPlaneView>;

export const LeaseWatch = z
  .strictObject({
    duration: durationField(
      'How long is watched at most, from 1s to 1h; a failover ends it.',
      '10m',
      SHORTEST_MS,
      LONGEST_MS,
      'from 1s to 1h, such as 10m',
    ).default('10m'),
  })
  .meta({ id: 'LeaseWatch', description: 'How long the Leases are watched.' });
export type LeaseWatch = z.infer<typeof LeaseWatch>;
