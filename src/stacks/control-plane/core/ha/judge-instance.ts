import type { InstallStep, RemovalStep } from './install-step.js';
import { instanceOf, type Instance } from './read-instances.js';

/** How a change of an instance stands. */
export interface Judged {
  /** Whether it has come to what is wanted. */
  readonly isDone: boolean;
  /** How often the instance's container was started again. */
  readonly restarts: number;
  /** How it stands, as a sentence. */
  readonly text: string;
}

/** Says how the change of an instance stands. @param found the instance, if there is one */
export function tellerOf(
  { node, component }: Pick<RemovalStep, 'node' | 'component'>,
  found: Instance | undefined,
): (text: string, isDone?: boolean) => Judged {
  return (text, isDone = false) => ({
    isDone,
    restarts: found?.restarts ?? 0,
    text: `${component} on ${node}: ${text}`,
  });
}

/**
 * Whether an instance has come up: its mirror pod runs this very manifest and is ready, which its probe of `/healthz` or `/readyz` decides, and somebody holds the component's Lease.
 *
 * @param hasLeader whether the Lease was renewed within its duration
 */
export function judgeInstance(step: InstallStep, instances: readonly Instance[], hasLeader: boolean): Judged {
  const found = instanceOf(step, instances);
  const told = tellerOf(step, found);
  if (!found) return told('its kubelet tells of no pod yet');
  if (found.digest !== step.digest) return told('its kubelet still runs another manifest');
  if (!found.isReady) return told(found.story.charAt(0).toLowerCase() + found.story.slice(1).replace(/\.$/, ''));
  return hasLeader ? told('it is ready', true) : told('it is ready, but nobody holds the Lease');
}
