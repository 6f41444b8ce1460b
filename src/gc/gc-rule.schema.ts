import { z } from 'zod';
import { LabelSelectorError, parseLabelSelector } from '../core/label-selector.js';
import { compilePattern, PatternError } from './core/compile-pattern.js';
import { compileSemverRange } from './core/compile-semver-range.js';
import type { TextPattern } from './core/policy.js';
import { duration, refuse, ruleName } from './gc-fields.js';

const pattern = (description: string, example: TextPattern) =>
  GcPattern.optional()
    .describe(description)
    .meta({ examples: [example] });

export const GcPattern = z
  .union([
    z.strictObject({
      glob: z
        .string()
        .superRefine((glob, context) => refuse(context, () => compilePattern({ glob }), PatternError))
        .describe('`*` and `?` stop at `/`, `**` does not; everything else is itself.')
        .meta({ examples: ['shop/**'] }),
    }),
    z.strictObject({
      regex: z
        .string()
        .superRefine((regex, context) => refuse(context, () => compilePattern({ regex }), PatternError))
        .describe('A regular expression of RE2, which is read in linear time.')
        .meta({ examples: ['pr-[0-9]+'] }),
    }),
  ])
  .meta({ id: 'GcPattern', description: 'A text that must be met as a whole, by a glob or a regular expression.' });

export const GcImageMatch = z
  .strictObject({
    registry: pattern("The registry's host and port.", { glob: 'registry.example:5000' }),
    repository: pattern('The path in the registry; official images of Docker Hub are also met without `library/`.', {
      glob: 'shop/**',
    }),
    tag: pattern('The tag.', { glob: '*-snapshot' }),
    semver: z
      .string()
      .superRefine((range, context) => refuse(context, () => compileSemverRange(range), PatternError))
      .optional()
      .describe('A range of node-semver that the tag is in; tags that tell no version are not.')
      .meta({ examples: ['<2.3.0'] }),
    labels: z
      .string()
      .superRefine((text, context) => refuse(context, () => parseLabelSelector(text), LabelSelectorError))
      .optional()
      .describe(
        "A Kubernetes label selector on the image's labels. CRI runtimes do not tell them: then it protects and does not remove.",
      )
      .meta({ examples: ['team=shop'] }),
    digest: z
      .string()
      .regex(/^sha256:[\da-f]{64}$/, 'must be sha256: and 64 hexadecimal digits')
      .optional()
      .describe("The image's id or a repository digest of it.")
      .meta({ examples: [`sha256:${'0'.repeat(64)}`] }),
    untagged: z
      .literal(true)
      .optional()
      .describe('Only images without a tag.')
      .meta({ examples: [true] }),
  })
  .meta({
    id: 'GcImageMatch',
    description: 'Which images are meant; all that is given must hold, nothing given means every image.',
  });

const ruleFields = {
  name: ruleName('The rule; plans and the audit name it.', 'old-snapshots'),
  match: GcImageMatch.default({}),
  keepLast: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'The newest so many of each repository: of `protect` only these are protected, of `remove` these stay, whatever the disk is like.',
    )
    .meta({ examples: [3] }),
};

export const GcImageRule = z
  .discriminatedUnion('action', [
    z.strictObject({
      action: z
        .literal('protect')
        .describe('Images that never go. One reference that is met is enough.')
        .meta({ examples: ['protect'] }),
      ...ruleFields,
    }),
    z.strictObject({
      action: z
        .literal('remove')
        .describe(
          'Images that go whatever the disk is like, once they have the minimum age, when every reference of them is met.',
        )
        .meta({ examples: ['remove'] }),
      ...ruleFields,
      unusedFor: duration(
        'Only what was not used for so long; what was never used, since it was first seen.',
        '30d',
      ).optional(),
      olderThan: duration('Only what has been on the node for so long.', '90d').optional(),
    }),
  ])
  .meta({ id: 'GcImageRule', description: 'A rule on images.' });
export type GcImageRule = z.infer<typeof GcImageRule>;

export const GcByHandRule = z
  .strictObject({
    name: ruleName('The rule.', 'old-builds'),
    container: GcPattern.describe("The runtime's name of the container.").meta({ examples: [{ glob: 'build-*' }] }),
    exitedFor: duration('How long ago it must have exited.', '24h').default('24h'),
  })
  .meta({
    id: 'GcByHandRule',
    description: 'Containers that were started by hand on the node and may go once they have exited.',
  });
export type GcByHandRule = z.infer<typeof GcByHandRule>;
