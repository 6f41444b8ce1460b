import type { ManifestObject } from '../../../core/manifest-object.js';
import type { ApiServerAddress, ComponentName } from '../control-plane-facts.js';
import { apiServerPod, apiServerPort } from './api-server-pod.js';
import { etcdMembers, etcdPod, newMember } from './etcd-pod.js';
import type { HaNode } from './ha-facts.js';
import type { HaGround } from './ha-ground.js';
import type { NodePlan, PlannedCommand, PlannedFile } from './ha-plan.js';
import { haproxyFiles } from './haproxy-files.js';
import { joinCommands } from './join-commands.js';
import { keepalivedFiles } from './keepalived-files.js';
import { kubeVipPod } from './kube-vip-pod.js';
import { ledPod } from './led-pod.js';
import { filesOf } from './source-of.js';

/** A node that is asked for. */
export interface NodeInput {
  readonly name: string;
  /** In the list. */
  readonly place: number;
  readonly address?: string;
  /** As it is in the cluster, if it is. */
  readonly present: HaNode | undefined;
}

/** The files and commands of one node. `renderHa` has found out before that nothing is missing. */
export function planNode(node: NodeInput, nodes: readonly NodeInput[], ground: HaGround): NodePlan {
  const { endpoint } = ground;
  const joined = byKubeadm(node, nodes, ground);
  const files = [
    ...joined,
    ...ledFiles(ground, joined.length > 0 ? 'kubeadm' : 'agent'),
    ...virtualIpFiles(node, nodes, ground),
  ];
  const { name, address } = node;
  const join = joined.length > 0 && endpoint ? joinCommands(name, address ?? '', node.present, endpoint) : [];
  return {
    node: name,
    ...(address === undefined ? {} : { address }),
    files,
    commands: [...join, ...files.filter(({ writtenBy }) => writtenBy !== 'kubeadm').map(placing)],
  };
}

/** A manifest is made under a name with a dot, which the kubelet leaves alone, and moved to its own in one step: the kubelet would also run half of a file. */
function placing({ path, mode, purpose, content }: PlannedFile): PlannedCommand {
  const [, folder = '', name = ''] = /^(.*)\/([^/]*)$/.exec(path) ?? [];
  if (typeof content === 'string') return { command: `install -D -m ${mode} ${name} ${path}`, purpose };
  return { command: `install -m ${mode} ${name} ${folder}/.${name} && mv ${folder}/.${name} ${path}`, purpose };
}

function byKubeadm(
  node: NodeInput,
  nodes: readonly NodeInput[],
  { input, facts, components }: HaGround,
): PlannedFile[] {
  const { name, address = '' } = node;
  const lacks = (component: ComponentName): boolean =>
    components.has(component) && !facts.running.some((one) => one.component === component && one.node === name);
  const source = (component: ComponentName) => facts.running.find((one) => one.component === component);
  const [api, etcd] = [source('kube-apiserver'), source('etcd')];
  const files: PlannedFile[] = [];
  if (etcd && lacks('etcd')) {
    const earlier = nodes
      .slice(0, node.place)
      .filter((other) => !facts.running.some((one) => one.component === 'etcd' && one.node === other.name));
    const members = [
      ...etcdMembers(facts.running),
      ...earlier.map((other) => newMember(other.name, other.address ?? '')),
    ];
    files.push(
      manifestFile(
        input.staticPodPath,
        etcdPod(etcd, newMember(name, address), address, members),
        'kubeadm',
        `etcd member ${members.length + 1}, on this node.`,
        filesOf(etcd.flags),
      ),
    );
  }
  if (api && lacks('kube-apiserver'))
    files.push(
      manifestFile(
        input.staticPodPath,
        apiServerPod(api, address),
        'kubeadm',
        `The API server of this node, at ${address}:${apiServerPort(api.flags)}.`,
        filesOf(api.flags),
      ),
    );
  return files;
}

function ledFiles({ input, led }: HaGround, writtenBy: PlannedFile['writtenBy']): PlannedFile[] {
  return [...led].map(([component, source]) =>
    manifestFile(
      input.staticPodPath,
      ledPod(component, source),
      writtenBy,
      `Another ${component}: one leads, the others wait for its Lease.`,
      filesOf(source.flags),
    ),
  );
}

function virtualIpFiles(node: NodeInput, nodes: readonly NodeInput[], ground: HaGround): readonly PlannedFile[] {
  const { virtualIp, staticPodPath } = ground.input;
  if (!virtualIp) return [];
  if (virtualIp.kind === 'kube-vip')
    return [
      manifestFile(
        staticPodPath,
        kubeVipPod(virtualIp),
        'agent',
        `Gives ${virtualIp.address} to the node that holds the Lease plndr-cp-lock.`,
        [virtualIp.kubeconfig],
      ),
    ];
  const others = nodes.filter(({ name }) => name !== node.name).flatMap(({ address }) => address ?? []);
  return [
    ...haproxyFiles(virtualIp, apiServersOf(nodes, ground), staticPodPath),
    ...keepalivedFiles(virtualIp, node.place, node.address ?? '', others, staticPodPath),
  ];
}

/** Those that are there and those that come. */
function apiServersOf(nodes: readonly NodeInput[], { facts, endpoint }: HaGround): readonly ApiServerAddress[] {
  const api = facts.running.find(({ component }) => component === 'kube-apiserver');
  const port = api ? apiServerPort(api.flags) : (facts.apiServers[0]?.port ?? 6443);
  const coming = endpoint ? nodes.flatMap(({ address }) => (address === undefined ? [] : [{ address, port }])) : [];
  const all = new Map([...facts.apiServers, ...coming].map((server) => [server.address, server]));
  return [...all.values()];
}

function manifestFile(
  folder: string,
  content: ManifestObject,
  writtenBy: PlannedFile['writtenBy'],
  purpose: string,
  mustExist: readonly string[],
): PlannedFile {
  return { path: `${folder}/${content.metadata.name}.yaml`, mode: '0600', content, writtenBy, purpose, mustExist };
}
