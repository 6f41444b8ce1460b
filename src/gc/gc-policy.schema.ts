import { z } from 'zod';
import { PRESET_NAMES } from './core/presets.js';
import { bytes, duration, percent } from './gc-fields.js';
import { GcByHandRule, GcImageRule } from './gc-rule.schema.js';

const flag = (description: string) =>
  z
    .boolean()
    .optional()
    .describe(description)
    .meta({ examples: [true] });
const count = (description: string, example: number) =>
  z
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .optional()
    .describe(description)
    .meta({ examples: [example] });
const cap = (description: string, max: number, example: number) =>
  z
    .int()
    .min(1)
    .max(max)
    .optional()
    .describe(description)
    .meta({ examples: [example] });
const kind = <Kind extends string>(name: Kind, description: string) =>
  z
    .literal(name)
    .describe(description)
    .meta({ examples: [name] });

export const GcDiskTarget = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: kind('percent', 'Percent of the file system that holds images, as the kubelet reckons.'),
      high: percent('At or above this, images go.', 70),
      low: percent('Until this is reached.', 60),
    }),
    z.strictObject({
      kind: kind('used', 'Used bytes of the file system that holds images.'),
      high: bytes('At or above this, images go.', '200Gi'),
      low: bytes('Until this is reached.', '150Gi'),
    }),
    z.strictObject({
      kind: kind('budget', 'All images of a node together, by size.'),
      max: bytes('What they may take.', '50Gi'),
    }),
  ])
  .meta({ id: 'GcDiskTarget', description: 'How full a disk may be; the largest shortfall of all targets counts.' });
export type GcDiskTarget = z.infer<typeof GcDiskTarget>;

export const GcSaferOptions = z
  .strictObject({
    durableUse: flag('The maximum age asks the ledger and does not wait for the uptime of a collector.'),
    uniqueBytes: flag('What goes counts by the bytes that only it holds, where the runtime tells.'),
    minAgeFromLastUse: flag('The minimum age counts from the last use too, not only from when it was first seen.'),
    neverUsedAgesFromFirstSeen: flag(
      'What was never used counts as used when it was first seen, instead of being always too old and going first.',
    ),
    spaceAfterAgeFailure: flag('A failure in the age phase does not keep the space phase from running.'),
  })
  .meta({
    id: 'GcSaferOptions',
    description: 'Where the policy differs from the kubelet; what is left out is as the preset has it.',
  });

export const GcImagePolicy = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether images are collected.')
      .meta({ examples: [true] }),
    rules: z.array(GcImageRule).max(100).default([]).describe('Rules; their order does not matter, protection wins.'),
    minAge: duration('How long an image stays after it was first seen; `0s`: no time.', '2m').optional(),
    maxAge: duration('What is unused for longer goes whatever the disk is like; `0s`: off.', '30d').optional(),
    targets: z
      .array(GcDiskTarget)
      .max(3)
      .optional()
      .describe('How full the disk may be; `[]`: nothing goes for its sake.'),
    safer: GcSaferOptions.default({}),
  })
  .meta({ id: 'GcImagePolicy', description: 'Which images go. What is left out is as the preset has it.' });

export const GcContainerPolicy = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether dead containers are collected.')
      .meta({ examples: [true] }),
    minAge: duration('How long a dead container stays at least; `0s`: no time.', '1m').optional(),
    maxPerPodContainer: count(
      'Dead instances that each container of a pod keeps; negative: no limit; 0 needs `confirm`.',
      1,
    ),
    maxContainers: count('Dead containers that a node keeps; negative: no limit; 0 needs `confirm`.', -1),
    ageFromExit: flag("The minimum age counts from the exit instead of the container's creation."),
    byHand: z
      .array(GcByHandRule)
      .max(20)
      .default([])
      .describe('Rules on containers that Kubernetes did not make; without one they stay.'),
  })
  .meta({
    id: 'GcContainerPolicy',
    description: 'Which dead containers go. What is left out is as the preset has it.',
  });

export const GcRunCaps = z
  .strictObject({
    images: cap('Images.', 100_000, 50),
    bytes: bytes('Bytes of images.', '100Gi').optional(),
    seconds: cap('Seconds, from the first attempt at the node on.', 86_400, 600),
  })
  .meta({ id: 'GcRunCaps', description: 'The most that one run takes from one node.' });

/** What a policy may remove. Spread into the schema of a policy, and give that `checkGcPolicy`. */
export const gcPolicyFields = {
  preset: z
    .enum(PRESET_NAMES)
    .default('safer')
    .describe('What everything that is left out is taken from.')
    .meta({ examples: ['safer'] }),
  images: GcImagePolicy.prefault({}),
  containers: GcContainerPolicy.prefault({}),
  sandboxes: flag("Whether empty sandboxes go that are not their pod's newest."),
  logs: flag('Whether log folders of pods that are gone go.'),
  caps: GcRunCaps.default({}),
  confirm: z
    .boolean()
    .default(false)
    .describe('Whether a rule that matches everything and a count of 0 are meant so.')
    .meta({ examples: [false] }),
};

export const GcPolicyContent = z.strictObject(gcPolicyFields);
export type GcPolicyContent = z.infer<typeof GcPolicyContent>;
