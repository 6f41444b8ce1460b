/**
 * Policies by name. `safer` is what is proposed; `kubelet` and `book` are the kubelet of today and of the 2016 tables, to the letter
 * (kubernetes pkg/kubelet/images and pkg/kubelet/container, 1.29 to 1.35), under the safety that every plan keeps.
 */
import type { ContainerPolicy, DiskTarget, GcPolicy, ImagePolicy, SaferOptions } from './policy.js';

export const PRESET_NAMES = ['safer', 'kubelet', 'book', 'book-without-containers'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** Rules and caps are the user's own: a preset has none. */
interface PresetPolicy extends GcPolicy {
  readonly images: PresetImages;
  readonly containers: PresetContainers;
  readonly caps: Readonly<Record<string, never>>;
}

interface PresetImages extends ImagePolicy {
  readonly rules: readonly [];
  readonly targets: readonly Extract<DiskTarget, { kind: 'percent' }>[];
}

interface PresetContainers extends ContainerPolicy {
  readonly byHand: readonly [];
}

export interface Preset {
  /** What it is, in a sentence. */
  readonly summary: string;
  readonly policy: PresetPolicy;
  /** How often containers (with sandboxes and logs) and images are collected. */
  readonly cadence: { readonly containersEveryMs: number; readonly imagesEveryMs: number };
}

const MINUTE_MS = 60_000;
/** `ContainerGCPeriod` and `ImageGCPeriod` of the kubelet. */
const CADENCE = { containersEveryMs: MINUTE_MS, imagesEveryMs: 5 * MINUTE_MS };
const KUBELET: SaferOptions = {
  durableUse: false,
  uniqueBytes: false,
  minAgeFromLastUse: false,
  neverUsedAgesFromFirstSeen: false,
  spaceAfterAgeFailure: false,
};
const SAFER: SaferOptions = {
  durableUse: true,
  uniqueBytes: true,
  minAgeFromLastUse: true,
  neverUsedAgesFromFirstSeen: true,
  spaceAfterAgeFailure: true,
};

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  safer: {
    summary: 'Acts well before the kubelet does and keeps what the kubelet forgets.',
    policy: {
      images: images(70, 60, SAFER),
      containers: { minAgeMs: MINUTE_MS, maxPerPodContainer: 1, maxContainers: -1, ageFromExit: true, byHand: [] },
      sandboxes: true,
      logs: true,
      caps: {},
    },
    cadence: CADENCE,
  },
  kubelet: exact("The kubelet's defaults of today.", 85, 80, [0, 1, -1]),
  book: exact('The figures of the tables of 2016 that books reprint.', 90, 80, [MINUTE_MS, 2, 240]),
  'book-without-containers': exact(
    "The book's figures with its way to switch the collection of containers off.",
    90,
    80,
    [0, -1, -1],
  ),
};

function exact(
  summary: string,
  highPercent: number,
  lowPercent: number,
  [minAgeMs, maxPerPodContainer, maxContainers]: readonly [number, number, number],
): Preset {
  return {
    summary,
    policy: {
      images: images(highPercent, lowPercent, KUBELET),
      containers: { minAgeMs, maxPerPodContainer, maxContainers, ageFromExit: false, byHand: [] },
      sandboxes: true,
      logs: true,
      caps: {},
    },
    cadence: CADENCE,
  };
}

function images(highPercent: number, lowPercent: number, safer: SaferOptions): PresetImages {
  return {
    rules: [],
    minAgeMs: 2 * MINUTE_MS,
    maxAgeMs: 0,
    targets: [{ kind: 'percent', highPercent, lowPercent }],
    safer,
  };
}
