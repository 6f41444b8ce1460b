import { type ComponentName, type ControlPlaneFacts, LED_COMPONENTS, valueOf } from './control-plane-facts.js';
import type { Finding } from './finding.js';
import { serverHost } from './server-host.js';

/** Members of etcd: with three, two are a majority when one is lost. */
const ETCD_MEMBERS = 3;
const JOIN =
  'kubeadm init phase upload-certs --upload-certs; kubeadm token create --print-join-command; on the new node: that command with --control-plane --certificate-key KEY';

/** Replicas by node, leader election and the quorum of etcd. */
export function judgeComponents(facts: ControlPlaneFacts): readonly Finding[] {
  if ('unknown' in facts.replicas) return [notVisible(facts.replicas.unknown)];
  const replicas = facts.replicas.value;
  if (replicas.length === 0)
    return [notVisible('no pod of kube-system is a part of it: it runs as processes, or outside of the cluster')];
  const findings: Finding[] = [];
  for (const component of ['kube-apiserver', ...LED_COMPONENTS] as const) {
    const own = replicas.filter((replica) => replica.component === component);
    const nodes = readyNodes(facts, component);
    if (own.length === 0) findings.push(notVisible(`no pod runs ${component}`, component));
    else if (nodes < 2)
      findings.push({
        code: 'single-replica',
        severity: nodes === 0 ? 'critical' : 'warning',
        what: `${component} is ready on ${nodes === 1 ? 'one node' : 'no node'}`,
        why: 'When that node is lost nothing takes its place.',
        fix: `Join another control-plane node: ${JOIN}`,
        nodeLoss: 'no',
      });
    for (const { pod, isReady } of own) if (!isReady && nodes >= 2) findings.push(notReady(pod));
  }
  for (const { component, pod, flags } of replicas)
    if (LED_COMPONENTS.some((name) => name === component) && flags['leader-elect'] === 'false')
      findings.push({
        code: 'no-leader-election',
        severity: 'critical',
        what: `${pod} runs with --leader-elect=false`,
        why: 'It acts without being elected: beside another replica both act at once, and alone it has no successor.',
        fix: `Set --leader-elect=true in /etc/kubernetes/manifests/${component}.yaml of its node`,
        nodeLoss: 'no',
      });
  return [...findings, ...judgeEtcd(facts)];
}

function judgeEtcd(facts: ControlPlaneFacts): readonly Finding[] {
  const replicas = valueOf(facts.replicas) ?? [];
  const stacked = replicas.filter(({ component }) => component === 'etcd');
  if (stacked.length > 0) {
    const nodes = readyNodes(facts, 'etcd');
    const majority = Math.floor(stacked.length / 2) + 1;
    if (nodes - 1 >= majority) return stacked.filter(({ isReady }) => !isReady).map(({ pod }) => notReady(pod));
    return [quorum(`etcd has ${stacked.length} ${stacked.length === 1 ? 'member' : 'members'}, ready on ${nodes}`)];
  }
  const servers = replicas.find(({ component }) => component === 'kube-apiserver')?.flags['etcd-servers'];
  if (servers === undefined) return [notVisible('neither pods of etcd nor --etcd-servers are seen', 'etcd')];
  const hosts = new Set(servers.split(',').map(serverHost));
  if (hosts.size < ETCD_MEMBERS)
    return [quorum(`the API server knows ${hosts.size} etcd server(s) outside of the cluster`)];
  return [
    {
      code: 'external-etcd',
      severity: 'info',
      what: `etcd runs outside of the cluster on ${hosts.size} hosts`,
      why: 'Its health cannot be seen from here; a node of the cluster takes none of its members away.',
      fix: `etcdctl --endpoints ${servers} endpoint health`,
    },
  ];
}

function quorum(what: string): Finding {
  return {
    code: 'etcd-quorum',
    severity: 'warning',
    what,
    why: 'A majority of all members must stay when a node is lost; two members lose it with either, which is worse than one.',
    fix: `Have three or five members on as many nodes. Stacked: ${JOIN}`,
    nodeLoss: 'no',
  };
}

function readyNodes(facts: ControlPlaneFacts, component: ComponentName): number {
  const ready = (valueOf(facts.replicas) ?? []).filter((replica) => replica.component === component && replica.isReady);
  return new Set(ready.map(({ node }) => node)).size;
}

function notReady(pod: string): Finding {
  return {
    code: 'replica-not-ready',
    severity: 'warning',
    what: `${pod} is not ready`,
    why: 'There is one replica less to take over.',
    fix: `kubectl -n kube-system describe pod ${pod}; kubectl -n kube-system logs ${pod}`,
  };
}

function notVisible(why: string, part: string = 'the control plane'): Finding {
  return {
    code: 'not-visible',
    severity: 'info',
    what: `The replicas of ${part} are not visible as pods`,
    why: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    fix: 'Look at the hosts that run it: systemctl status and crictl ps there',
    nodeLoss: 'unknown',
  };
}
