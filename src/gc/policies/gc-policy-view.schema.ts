import { z } from 'zod';
import { listOf, pageQuery } from '../../platform/http/paging.js';
import { PRESET_NAMES, PRESETS } from '../core/presets.js';
import { formatDuration } from '../../core/duration.js';
import { GcPolicyContent } from '../gc-policy.schema.js';
import { presetContent } from '../preset-content.js';
import { gcPolicyBodyFields, gcPolicyName } from './gc-policy-body.schema.js';
import type { KnownGcPolicy } from './gc-policies.service.js';
import { instant } from '../../platform/http/described.js';

const who = (description: string) =>
  z
    .string()
    .describe(description)
    .meta({ examples: ['ann'] });

export const GcPolicyView = z
  .object({
    name: gcPolicyName,
    version: z
      .int()
      .describe('Another one after each change; also in `ETag`, for `If-Match`.')
      .meta({ examples: [7] }),
    ...gcPolicyBodyFields,
    warnings: z
      .array(z.string())
      .describe('What to think about, such as marks that are not below those of a kubelet.')
      .meta({ examples: [['node-1: its kubelet collects images at 85 %, which is below the high mark of 90 %.']] }),
    createdBy: who('Who made it.'),
    createdAt: instant('When it was made.'),
    updatedBy: who('Who changed it last.'),
    updatedAt: instant('When it was last changed.'),
  })
  .meta({ id: 'GcPolicy', description: 'What may be removed, where and when. Defaults are filled in.' });
export type GcPolicyView = z.infer<typeof GcPolicyView>;

export const GcPolicyList = listOf('GcPolicyList', GcPolicyView, 'Policies, by name.');
export type GcPolicyList = z.infer<typeof GcPolicyList>;

export const GcPolicyQuery = z.strictObject(pageQuery);
export type GcPolicyQuery = z.infer<typeof GcPolicyQuery>;

export const GcPolicyPath = z.strictObject({
  policy: z
    .string()
    .max(100)
    .describe('The policy.')
    .meta({ examples: ['nightly'] }),
});
export type GcPolicyPath = z.infer<typeof GcPolicyPath>;

const GcPresetView = z
  .object({
    name: z
      .enum(PRESET_NAMES)
      .describe('The preset.')
      .meta({ examples: ['safer'] }),
    summary: z
      .string()
      .describe('What it is.')
      .meta({ examples: [PRESETS.safer.summary] }),
    policy: GcPolicyContent.describe(
      'What it removes, with all figures, as `POST /gc/policies` takes it beside a `name`.',
    ).meta({ examples: [presetContent('safer')] }),
    containersEvery: z
      .string()
      .describe('How often containers, sandboxes and logs are collected where the schedule of a policy is `preset`.')
      .meta({ examples: ['1m'] }),
    imagesEvery: z
      .string()
      .describe('How often images are, likewise.')
      .meta({ examples: ['5m'] }),
  })
  .meta({ id: 'GcPreset', description: 'A policy by name, which other policies take what they leave out from.' });
export const GcPresetList = listOf('GcPresetList', GcPresetView, 'Presets; the proposed one first.');
export type GcPresetList = z.infer<typeof GcPresetList>;

/** A policy as clients see it. */
export function gcPolicyView(policy: KnownGcPolicy, warnings: readonly string[]): GcPolicyView {
  const { name, version, body, createdBy, createdAtMs, updatedBy, updatedAtMs } = policy;
  return {
    name,
    version,
    ...body,
    warnings: [...warnings],
    createdBy,
    createdAt: new Date(createdAtMs).toISOString(),
    updatedBy,
    updatedAt: new Date(updatedAtMs).toISOString(),
  };
}

/** All presets as clients see them. */
export function gcPresetList(): GcPresetList {
  const items = PRESET_NAMES.map((name) => {
    const { summary, cadence } = PRESETS[name];
    return {
      name,
      summary,
      policy: presetContent(name),
      containersEvery: formatDuration(cadence.containersEveryMs),
      imagesEvery: formatDuration(cadence.imagesEveryMs),
    };
  });
  return { items };
}
