import { parseDuration } from '../core/duration.js';
import { toBytes } from '../core/quantity.js';
import type {
  ByHandRule,
  ContainerPolicy,
  DiskTarget,
  GcPolicy,
  ImagePolicy,
  ImageRule,
  RunCaps,
} from './core/policy.js';
import { PRESETS } from './core/presets.js';
import type { GcDiskTarget, GcPolicyContent } from './gc-policy.schema.js';
import type { GcByHandRule, GcImageRule } from './gc-rule.schema.js';

/** What a caller's policy says with its preset filled in, as the planner takes it. The body has been through its schema. */
export function toGcPolicy({ preset, images, containers, sandboxes, logs, caps }: GcPolicyContent): GcPolicy {
  const base = PRESETS[preset].policy;
  return {
    ...(images.enabled ? { images: imagePolicy(images, base.images) } : {}),
    ...(containers.enabled ? { containers: containerPolicy(containers, base.containers) } : {}),
    sandboxes: sandboxes ?? base.sandboxes,
    logs: logs ?? base.logs,
    caps: runCaps(caps),
  };
}

function imagePolicy(
  { rules, minAge, maxAge, targets, safer }: GcPolicyContent['images'],
  base: ImagePolicy,
): ImagePolicy {
  return {
    rules: rules.map(imageRule),
    minAgeMs: minAge === undefined ? base.minAgeMs : parseDuration(minAge),
    maxAgeMs: maxAge === undefined ? base.maxAgeMs : parseDuration(maxAge),
    targets: targets?.map(diskTarget) ?? base.targets,
    safer: { ...base.safer, ...given(safer) },
  };
}

function imageRule({ match, ...rule }: GcImageRule): ImageRule {
  const { name, keepLast } = rule;
  const common = { name, match: given(match), ...given({ keepLast }) };
  if (rule.action === 'protect') return { action: 'protect', ...common };
  return {
    action: 'remove',
    ...common,
    ...(rule.unusedFor === undefined ? {} : { unusedForMs: parseDuration(rule.unusedFor) }),
    ...(rule.olderThan === undefined ? {} : { olderThanMs: parseDuration(rule.olderThan) }),
  };
}

function diskTarget(target: GcDiskTarget): DiskTarget {
  const { kind } = target;
  if (kind === 'percent') return { kind, highPercent: target.high, lowPercent: target.low };
  if (kind === 'used') return { kind, highBytes: toBytes(target.high), lowBytes: toBytes(target.low) };
  return { kind, maxBytes: toBytes(target.max) };
}

function containerPolicy(
  { minAge, maxPerPodContainer, maxContainers, ageFromExit, byHand }: GcPolicyContent['containers'],
  base: ContainerPolicy,
): ContainerPolicy {
  return {
    ...base,
    ...given({ maxPerPodContainer, maxContainers, ageFromExit }),
    minAgeMs: minAge === undefined ? base.minAgeMs : parseDuration(minAge),
    byHand: byHand.map(byHandRule),
  };
}

function byHandRule({ name, container, exitedFor }: GcByHandRule): ByHandRule {
  return { name, container, exitedForMs: parseDuration(exitedFor) };
}

function runCaps({ images, bytes, seconds }: GcPolicyContent['caps']): RunCaps {
  return { ...given({ images, seconds }), ...(bytes === undefined ? {} : { bytes: toBytes(bytes) }) };
}

type Given<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Only the fields that have a value. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>;
}
