/**
 * What is wrong with a policy as a whole: contradictions, which are always refused, and what would remove everything or keep nothing, which
 * needs a `confirm`. That each field is in its range the schema has seen before.
 */
import { checkImageRules } from './check-image-rules.js';
import { compilePattern } from './compile-pattern.js';
import { isEverything } from './is-everything.js';
import { contradiction, drastic, type PolicyFault } from './policy-fault.js';
import type { ContainerPolicy, DiskTarget, GcPolicy, ImagePolicy } from './policy.js';

export function checkPolicy({ images, containers }: GcPolicy): PolicyFault[] {
  return [...(images ? checkImages(images) : []), ...(containers ? checkContainers(containers) : [])];
}

function checkImages({ rules, minAgeMs, maxAgeMs, targets }: ImagePolicy): PolicyFault[] {
  const faults = targets.flatMap((target, index) => checkTarget(target, ['images', 'targets', index]));
  if (maxAgeMs > 0 && maxAgeMs <= minAgeMs)
    faults.push(contradiction(['images', 'maxAgeMs'], 'must be above the minimum age, or 0s for off'));
  return [...faults, ...checkImageRules(rules)];
}

function checkTarget(target: DiskTarget, path: PolicyFault['path']): PolicyFault[] {
  if (target.kind === 'percent') return checkMarks(target.highPercent, target.lowPercent, [...path, 'lowPercent']);
  if (target.kind === 'used') return checkMarks(target.highBytes, target.lowBytes, [...path, 'lowBytes']);
  return target.maxBytes > 0 ? [] : [drastic([...path, 'maxBytes'], 'is 0 and keeps no image that is not in use')];
}

/** The configuration of the kubelet refuses equal marks too. */
function checkMarks(high: number, low: number, path: PolicyFault['path']): PolicyFault[] {
  if (low >= high) return [contradiction(path, 'must be below the high mark')];
  return low > 0 ? [] : [drastic(path, 'is 0 and keeps no image that is not in use')];
}

function checkContainers({ maxPerPodContainer, maxContainers, byHand }: ContainerPolicy): PolicyFault[] {
  const counts = Object.entries({ maxPerPodContainer, maxContainers })
    .filter(([, count]) => count === 0)
    .map(([name]) =>
      drastic(['containers', name], 'is 0 and keeps no dead container to look into; a negative count is no limit'),
    );
  const rules = byHand
    .map(({ container }, index) => ({ container, path: ['containers', 'byHand', index, 'container'] }))
    .filter(({ container }) => isEverything(compilePattern(container), false))
    .map(({ path }) => drastic(path, 'matches every container that was started by hand'));
  return [...counts, ...rules];
}
