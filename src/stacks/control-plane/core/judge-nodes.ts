import { type ControlPlaneFacts, valueOf } from './control-plane-facts.js';
import type { Finding } from './finding.js';

/** The control-plane nodes themselves: ready, and spread over zones where there are any. */
export function judgeNodes(facts: ControlPlaneFacts): readonly Finding[] {
  const nodes = (valueOf(facts.nodes) ?? []).filter(({ isControlPlane }) => isControlPlane);
  const findings = nodes
    .filter(({ isReady }) => !isReady)
    .map(({ name }): Finding => ({
      code: 'node-not-ready',
      severity: 'warning',
      what: `The control-plane node ${name} is not ready`,
      why: 'Its kubelet has not told of itself: what runs there cannot be counted on.',
      fix: `kubectl describe node ${name}`,
    }));
  const zones = new Set(nodes.map(({ zone }) => zone));
  const [zone] = zones;
  if (nodes.length < 2 || zones.size > 1 || zone === undefined) return findings;
  return [
    ...findings,
    {
      code: 'one-zone',
      severity: 'info',
      what: `All control-plane nodes are in the zone ${zone}`,
      why: 'A lost node is survived or not as the verdict says; a lost zone is not.',
      fix: 'Put control-plane nodes into three zones',
    },
  ];
}
