import type { ComponentName, LedComponent } from '../control-plane-facts.js';
import { valueOf } from '../control-plane-facts.js';
import { checksAfter } from './checks-after.js';
import type { ComponentSource, HaFacts } from './ha-facts.js';
import type { HaGround } from './ha-ground.js';
import type { HaInput } from './ha-input.js';
import type { HaPlan, Missing } from './ha-plan.js';
import { flagValue } from '../parse-flags.js';
import { beforeJoining, endpointOf, type FirstServer, type JoinEndpoint } from './join-commands.js';
import { planNode, type NodeInput } from './plan-node.js';
import { sourceOf } from './source-of.js';

/**
 * Files and commands that give a control plane more nodes, from what runs today. It decides nothing about when: whoever carries it out takes one node at a time.
 *
 * @returns what is missing instead, when today's arguments do not show it
 */
export function renderHa(input: HaInput, facts: HaFacts): HaPlan | { readonly missing: readonly Missing[] } {
  const missing: Missing[] = [];
  const notes: string[] = [];
  const components = componentsOf(input, facts, missing, notes);
  const led = new Map<LedComponent, ComponentSource>();
  for (const [component, given] of [
    ['kube-controller-manager', input.controllerManager],
    ['kube-scheduler', input.scheduler],
  ] as const) {
    if (!components.has(component)) continue;
    const source = sourceOf(component, facts.running, given);
    if ('missing' in source) missing.push(...source.missing);
    else led.set(component, source);
  }
  const nodes = input.nodes.map((given, place): NodeInput => {
    const present = facts.nodes.find(({ name }) => name === given.name);
    const address = given.address ?? present?.address;
    return { name: given.name, place, ...(address === undefined ? {} : { address }), present };
  });
  const joining = nodes.filter(({ name }) => joins(name, components, facts));
  const endpoint = joining.length > 0 ? endpointFor(input, facts, missing) : undefined;
  const needAddress = input.virtualIp?.kind === 'haproxy-keepalived' ? nodes : joining;
  for (const { name, place, address, present } of needAddress) {
    if (address !== undefined) continue;
    const because = present ? 'it has no InternalIP' : 'it is not in the cluster yet';
    missing.push({ pointer: `/parameters/nodes/${place}/address`, detail: `must be given for ${name}: ${because}` });
  }
  if (input.virtualIp?.kind === 'haproxy-keepalived') missing.push(...otherFamily(input.virtualIp.address, nodes));
  if (missing.length > 0) return { missing };
  const ground: HaGround = { input, facts, components, led, endpoint };
  return {
    first: endpoint ? beforeJoining(endpoint, firstServer(facts)) : [],
    nodes: nodes.map((node) => planNode(node, nodes, ground)),
    checks: checksAfter(ground),
    notes: [...notes, ...notesOn(ground, joining.length)],
  };
}

/** keepalived speaks to its peers by the family of the address that it keeps. */
function otherFamily(virtualIp: string, nodes: readonly NodeInput[]): readonly Missing[] {
  const isSix = virtualIp.includes(':');
  const other = nodes.find(({ address }) => address !== undefined && address.includes(':') !== isSix);
  if (!other) return [];
  const detail = `must be of the same family as the nodes' addresses: that of ${other.name} is ${other.address}`;
  return [{ pointer: '/parameters/virtualIp/address', detail }];
}

function firstServer({ running }: HaFacts): FirstServer | undefined {
  const server = running.find(({ component }) => component === 'kube-apiserver');
  if (!server) return undefined;
  const address = flagValue(server.flags, 'advertise-address');
  return address === undefined ? undefined : { node: server.node, address };
}

/** Whether a node gets what only kubeadm can bring. */
function joins(name: string, components: ReadonlySet<ComponentName>, { running }: HaFacts): boolean {
  return (['kube-apiserver', 'etcd'] as const).some(
    (component) =>
      components.has(component) && !running.some((one) => one.component === component && one.node === name),
  );
}

function componentsOf(
  { components }: HaInput,
  { kubeadm, running }: HaFacts,
  missing: Missing[],
  notes: string[],
): ReadonlySet<ComponentName> {
  const chosen = new Set<ComponentName>(components ?? ['kube-controller-manager', 'kube-scheduler']);
  for (const component of ['kube-apiserver', 'etcd'] as const) {
    if (components && !chosen.has(component)) continue;
    const because = whyNot(component, kubeadm, running);
    if (because === undefined) {
      chosen.add(component);
      continue;
    }
    chosen.delete(component);
    if (components) missing.push({ pointer: '/parameters/components', detail: `leave ${component} out: ${because}` });
    else notes.push(`${component} is left out: ${because}.`);
  }
  return chosen;
}

/** Why a component cannot be brought by kubeadm. */
function whyNot(
  component: 'kube-apiserver' | 'etcd',
  kubeadm: HaFacts['kubeadm'],
  running: HaFacts['running'],
): string | undefined {
  if ('unknown' in kubeadm) return `whether kubeadm made this cluster is unknown (${kubeadm.unknown})`;
  if (!kubeadm.value)
    return 'kubeadm did not make this cluster (there is no ConfigMap kube-system/kubeadm-config), so that it cannot bring the keys';
  if (running.some((one) => one.component === component)) return undefined;
  return component === 'etcd'
    ? 'no pod in kube-system is an etcd member: it runs outside of the cluster'
    : 'no pod of kube-apiserver in kube-system shows its arguments';
}

function endpointFor({ virtualIp }: HaInput, { kubeadm }: HaFacts, missing: Missing[]): JoinEndpoint | undefined {
  const known = valueOf(kubeadm)?.endpoint;
  if (known !== undefined) return { endpoint: known, isKnown: true };
  if (virtualIp) return { endpoint: endpointOf(virtualIp.address, virtualIp.port), isKnown: false };
  missing.push({
    pointer: '/parameters/virtualIp',
    detail:
      'must be given: the cluster has no controlPlaneEndpoint, and kubeadm refuses further control-plane nodes while no address stands before the API servers',
  });
  return undefined;
}

function notesOn({ input, facts, components, endpoint }: HaGround, joining: number): string[] {
  const members = facts.running.filter(({ component }) => component === 'etcd').length + joining;
  return [
    ...(components.has('etcd') && joining > 0 && (members < 3 || members % 2 === 0)
      ? [`etcd then has ${members} members: three (or five) keep their majority when a node is lost.`]
      : []),
    ...(endpoint && !endpoint.isKnown
      ? [
          `Kubelets and kube-proxy go on using their former address: GET /api/v1/control-plane tells who does (other-address), with what to change.`,
          'Put the virtual IP onto the present control-plane nodes first: the address must answer before anybody joins by it.',
        ]
      : []),
    ...(input.virtualIp
      ? ['All nodes that share the virtual IP must be in one subnet: it is announced by ARP or VRRP.']
      : []),
  ];
}
