import type { ManifestObject } from '../../core/manifest-object.js';
import { readText } from '../../core/read-field.js';
import type { Cause } from './finding.js';

const DEFAULT = 'storageclass.kubernetes.io/is-default-class';

/** Whether claims without a class get this one. */
export function isDefaultClass({ metadata: { annotations } }: ManifestObject): boolean {
  return annotations?.[DEFAULT] === 'true';
}

/**
 * Why a claim is not bound; undefined when it is, when nothing is known, or when it only waits for a pod to be scheduled (`WaitForFirstConsumer`).
 * @param warnings what events say of the claim, newest first
 */
export function claimCause(
  claim: ManifestObject,
  classes: readonly ManifestObject[] | undefined,
  warnings: readonly string[],
): Cause | undefined {
  if (readText(claim, 'status', 'phase') === 'Bound') return undefined;
  const what = `The PersistentVolumeClaim ${claim.metadata.name} is not bound to a volume.`;
  const tell = (why: string, whatToDo: string): Cause => ({ cause: 'volume', because: [what, why], whatToDo });
  if (readText(claim, 'status', 'phase') === 'Lost')
    return tell('Its volume is gone (phase Lost).', 'Restore the data into a new claim, and use that one.');
  const name = readText(claim, 'spec', 'storageClassName');
  if (name === '') {
    const fallback = classes?.find(isDefaultClass);
    if (!classes || fallback) return provisioning(tell, warnings);
    return tell(
      'It names no storage class, and the cluster has no default one.',
      `Name a storage class in the parameters${known(classes)}, or mark one as default (${DEFAULT}: "true").`,
    );
  }
  if (!classes) return provisioning(tell, warnings);
  const named = classes.find(({ metadata }) => metadata.name === name);
  if (!named)
    return tell(`There is no storage class ${name}.`, `Name one that is there${known(classes)}, or make ${name}.`);
  const failed = provisioning(tell, warnings);
  if (failed || readText(named, 'volumeBindingMode') === 'WaitForFirstConsumer') return failed;
  const provisioner = readText(named, 'provisioner');
  return provisioner === 'kubernetes.io/no-provisioner'
    ? tell(
        `Its class ${name} makes no volumes by itself, and none that fits is free.`,
        'Make a PersistentVolume of that class, size and access mode.',
      )
    : tell(`The provisioner ${provisioner} of its class ${name} has not made one.`, `See whether ${provisioner} runs.`);
}

function provisioning(tell: (why: string, whatToDo: string) => Cause, warnings: readonly string[]): Cause | undefined {
  const [newest] = warnings;
  return newest === undefined ? undefined : tell(newest, 'Correct what the provisioner says, or see whether it runs.');
}

function known(classes: readonly ManifestObject[]): string {
  return classes.length === 0 ? '' : ` (there are: ${classes.map(({ metadata }) => metadata.name).join(', ')})`;
}
