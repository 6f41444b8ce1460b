import type { RemovalStep } from './install-step.js';
import { tellerOf, type Judged } from './judge-instance.js';
import { instanceOf, type Instance } from './read-instances.js';

/** So many times somebody must have renewed the Lease since: the first may have been under way already. */
const RENEWALS = 2;

/**
 * Whether an instance is away: its mirror pod is gone, or one of what was there before is ready, and another instance does its work.
 *
 * @param keepsManifest whether something was there before, which is put back
 * @param renewals how often the Lease was seen renewed since; undefined: nobody is to hold it any more
 */
export function judgeRemoval(
  step: RemovalStep,
  keepsManifest: boolean,
  instances: readonly Instance[],
  renewals: number | undefined,
): Judged {
  const found = instanceOf(step, instances);
  const told = tellerOf(step, found);
  if (found?.digest === step.digest) return told('its kubelet still tells of its pod');
  if (keepsManifest && !found) return told('its kubelet tells of no pod of the former manifest yet');
  if (keepsManifest && !found?.isReady) return told('the former manifest is back, and is not ready yet');
  if (renewals !== undefined && renewals < RENEWALS) return told('it is away, and nobody has renewed the Lease since');
  return told(keepsManifest ? 'the former manifest is back' : 'it is away', true);
}
