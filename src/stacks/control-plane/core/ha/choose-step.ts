import type { Installable, InstallStep } from './install-step.js';
import { hasReadyOther, instanceOf, type Instance } from './read-instances.js';

/** Who leads what can be installed; a component without a leader stands in no row. */
export type Leaders = ReadonlyMap<Installable, string>;

/**
 * Which of the open steps comes next: never that of a node which leads the component, while another is open. Only when one has the leader's node alone left is that done too, provided
 * another instance is ready to take over; otherwise nothing more is safe.
 */
export function chooseStep(
  open: readonly InstallStep[],
  leaders: Leaders,
  instances: readonly Instance[],
): { readonly step: InstallStep } | { readonly blocked: string } {
  const leads = ({ node, component }: InstallStep): boolean => leaders.get(component) === node;
  const step =
    open.find((one) => !leads(one)) ?? open.find((one) => isAsWanted(one, instances) || hasReadyOther(one, instances));
  if (step) return { step };
  const names = open.map(({ component, node }) => `${node} leads ${component}`);
  return {
    blocked: `${names.join(' and ')}, and no other instance is ready to take over: name another node too, which gets its instance first`,
  };
}

/** The very manifest runs there already: writing it again changes nothing. */
function isAsWanted(step: InstallStep, instances: readonly Instance[]): boolean {
  return instanceOf(step, instances)?.digest === step.digest;
}
