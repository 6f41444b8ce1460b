import { COMPONENTS } from '../../src/stacks/control-plane/core/control-plane-facts.js';
import type { HaFacts } from '../../src/stacks/control-plane/core/ha/ha-facts.js';
import type { HaInput, VirtualIp } from '../../src/stacks/control-plane/core/ha/ha-input.js';
import type { HaPlan, PlannedFile } from '../../src/stacks/control-plane/core/ha/ha-plan.js';
import { readRunning } from '../../src/stacks/control-plane/core/ha/read-running.js';
import { renderHa } from '../../src/stacks/control-plane/core/ha/render-ha.js';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import { kubeadmPod } from './kubeadm-pods.js';

/** A cluster that kubeadm made, of one control-plane node and a worker. */
export const KUBEADM: HaFacts = {
  nodes: [
    { name: 'cp-1', address: '10.0.0.1' },
    { name: 'cp-2', address: '10.0.0.2' },
  ],
  running: readRunning(COMPONENTS.map((component) => kubeadmPod(component, 'cp-1', '10.0.0.1'))),
  kubeadm: { value: { endpoint: 'api.example:6443' } },
  apiServers: [{ address: '10.0.0.1', port: 6443 }],
};
/** The control plane runs as processes that nobody sees. */
export const UNSEEN: HaFacts = { ...KUBEADM, running: [], kubeadm: { value: undefined } };
/** For the worker, with all that can be brought. */
export const INPUT: HaInput = {
  nodes: [{ name: 'cp-2' }],
  scheduler: {},
  controllerManager: {},
  staticPodPath: '/etc/kubernetes/manifests',
};
export const VIRTUAL_IP: VirtualIp = {
  kind: 'kube-vip',
  address: '10.0.0.100',
  interface: 'eth0',
  port: 6443,
  kubeconfig: '/etc/kubernetes/admin.conf',
  routerId: 51,
  images: { kubeVip: 'kube-vip:v1.2.3', haproxy: 'haproxy:3.2', keepalived: 'keepalived:2' },
};

/** The plan; fails when something is missing. */
export function planned(input: Partial<HaInput>, facts: HaFacts = KUBEADM): HaPlan {
  const plan = renderHa({ ...INPUT, ...input }, facts);
  if ('missing' in plan) throw new Error(JSON.stringify(plan.missing));
  return plan;
}

/** The pointers of what is missing. */
export function missing(input: Partial<HaInput>, facts: HaFacts): readonly string[] {
  const plan = renderHa({ ...INPUT, ...input }, facts);
  return 'missing' in plan ? plan.missing.map(({ pointer }) => pointer) : [];
}

/** A file of a node by its name. */
export function file(plan: HaPlan, name: string, place = 0): PlannedFile {
  const found = plan.nodes[place]?.files.find(({ path }) => path.endsWith(`/${name}`));
  if (!found) throw new Error(`${name} is not rendered`);
  return found;
}

/** What is in a file that is no manifest. */
export function text({ content }: PlannedFile): string {
  return typeof content === 'string' ? content : '';
}

/** A static pod as tests read it. */
export interface Pod {
  readonly metadata: ManifestObject['metadata'];
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly containers: readonly (Readonly<Record<string, unknown>> & {
      readonly command?: readonly string[];
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    })[];
    readonly volumes: readonly {
      readonly name: string;
      readonly hostPath: { readonly path: string; readonly type?: string };
    }[];
  };
}

/** A manifest of a node by its file's name. */
export const pod = (plan: HaPlan, name: string, place = 0): Pod => file(plan, name, place).content as unknown as Pod;
