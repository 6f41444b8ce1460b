import { type ControlPlaneFacts, valueOf } from './control-plane-facts.js';
import { type Finding, type Judgement, SEVERITIES } from './finding.js';
import { judgeAddresses } from './judge-addresses.js';
import { judgeComponents } from './judge-components.js';
import { judgeLeases } from './judge-leases.js';
import { judgeNodes } from './judge-nodes.js';
import { versionSkew } from './version-skew.js';

/** What is wrong with a control plane, the worst first, and whether any one node can be lost without loss of service. */
export function judgeControlPlane(facts: ControlPlaneFacts, nowMs: number): Judgement {
  const findings = facts.managedBy === undefined ? judgeOwn(facts, nowMs) : [managed(facts.managedBy)];
  const ranked = findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const because = (nodeLoss: Finding['nodeLoss']): readonly string[] =>
    ranked.filter((finding) => finding.nodeLoss === nodeLoss).map(({ what }) => what);
  const [against, unknown] = [because('no'), because('unknown')];
  if (against.length > 0) return { verdict: { losesANode: 'no', because: against }, findings: ranked };
  if (unknown.length > 0) return { verdict: { losesANode: 'unknown', because: unknown }, findings: ranked };
  const yes =
    'Every component is ready on two nodes or more, etcd keeps its majority, and clients use an address that no single node owns';
  return { verdict: { losesANode: 'yes', because: [yes] }, findings: ranked };
}

function judgeOwn(facts: ControlPlaneFacts, nowMs: number): readonly Finding[] {
  const skewed = versionSkew(valueOf(facts.replicas) ?? [], valueOf(facts.nodes) ?? []);
  return [
    ...judgeNodes(facts),
    ...judgeComponents(facts),
    ...judgeLeases(facts, nowMs),
    ...judgeAddresses(facts, nowMs),
    ...(skewed.length === 0
      ? []
      : [
          {
            code: 'version-skew',
            severity: 'warning' as const,
            what: `Versions are further apart than Kubernetes supports: ${skewed.join(', ')}`,
            why: 'What is newer than an API server may use what that does not serve.',
            fix: 'Upgrade API servers first, then the other components, then kubelets: kubeadm upgrade plan',
          },
        ]),
  ];
}

function managed(provider: string): Finding {
  return {
    code: 'managed',
    severity: 'info',
    what: `The control plane belongs to ${provider} and is not visible`,
    why: 'The provider runs it outside of the nodes of this cluster; losing a node here takes no part of it away, and its own losses cannot be seen from here.',
    fix: `Look at the provider's console and its service level agreement`,
    nodeLoss: 'unknown',
  };
}
