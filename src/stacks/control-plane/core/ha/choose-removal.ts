import type { Leaders } from './choose-step.js';
import type { Installable, RemovalStep } from './install-step.js';
import { hasReadyOther, type Instance } from './read-instances.js';

/** How what can be installed stands in the cluster. */
export interface Standing {
  readonly instances: readonly Instance[];
  readonly leaders: Leaders;
  /** The components whose Lease somebody holds, also where its node is not known. */
  readonly held: ReadonlyMap<Installable, unknown>;
}

/**
 * Which instance is taken away next: one that does not lead, before one that does. Of schedulers and controller managers none that could be the last one: another must be ready on another node,
 * or somebody else hold the Lease, who may be a process that no pod tells of. Who that is cannot always be told, so that the change must still be followed by renewals of the Lease to stay.
 */
export function chooseRemoval(
  open: readonly RemovalStep[],
  { instances, leaders, held }: Standing,
): { readonly step: RemovalStep } | { readonly blocked: string } {
  const leads = ({ node, component }: RemovalStep): boolean => leaders.get(component) === node;
  const safe = open.filter(
    (one) => one.component === 'kube-vip' || hasReadyOther(one, instances) || (held.has(one.component) && !leads(one)),
  );
  const step = safe.find((one) => !leads(one)) ?? safe[0];
  if (step) return { step };
  const names = open.map(({ component, node }) => `${component} on ${node}`);
  return {
    blocked: `${names.join(' and ')} may be the last that the cluster has: no other is ready on another node, and nobody else holds the Lease`,
  };
}
