import { formatDuration } from '../core/duration.js';
import { PRESETS, type PresetName } from './core/presets.js';
import type { GcPolicyContent } from './gc-policy.schema.js';

/** A preset written out as callers write policies: what `toGcPolicy` reads as the same policy, whatever preset it begins from. */
export function presetContent(preset: PresetName): GcPolicyContent {
  const { images, containers, sandboxes, logs } = PRESETS[preset].policy;
  const { maxPerPodContainer, maxContainers, ageFromExit } = containers;
  return {
    preset,
    images: {
      enabled: true,
      rules: [],
      minAge: formatDuration(images.minAgeMs),
      maxAge: formatDuration(images.maxAgeMs),
      targets: images.targets.map(({ kind, highPercent, lowPercent }) => ({
        kind,
        high: highPercent,
        low: lowPercent,
      })),
      safer: { ...images.safer },
    },
    containers: {
      enabled: true,
      minAge: formatDuration(containers.minAgeMs),
      maxPerPodContainer,
      maxContainers,
      ageFromExit,
      byHand: [],
    },
    sandboxes,
    logs,
    caps: {},
    confirm: false,
  };
}
