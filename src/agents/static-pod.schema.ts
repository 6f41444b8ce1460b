import { z } from 'zod';
import { isFileName, MAX_MANIFEST_BYTES, STATIC_POD_STATES } from './core/static-pod.js';

const changeId = z
  .string()
  .regex(/^[\w.:-]{1,150}$/, 'allowed: 1 to 150 of letters, digits and _ . : -')
  .describe('The id of the change.')
  .meta({ examples: ['control-plane-ha-7-node-2-kube-scheduler'] });
const fileName = z
  .string()
  .refine(isFileName, 'allowed: a plain name of a file, without a path and without a dot at its beginning')
  .describe('The name of the manifest in the folder of static pods.')
  .meta({ examples: ['kube-scheduler.yaml'] });
const confirmWithinMs = z
  .int()
  .min(1_000)
  .max(3_600_000)
  .describe('After so long the agent undoes the change by itself, unless it was confirmed, in ms.')
  .meta({ examples: [120_000] });

/** What `StaticPods` orders, and an agent takes. */
export const StaticPodOrderBody = z
  .discriminatedUnion('do', [
    z.strictObject({
      do: z.literal('install'),
      changeId,
      fileName,
      manifest: z.string().max(MAX_MANIFEST_BYTES).describe('One Pod of v1, as YAML.'),
      mustExist: z
        .array(
          z
            .string()
            .regex(/^(\/[\w.@:+-]*\w[\w.@:+-]*){1,32}$/, 'allowed: absolute paths of files')
            .max(1_024),
        )
        .max(20)
        .describe('Paths that must be there on the node beforehand.'),
      confirmWithinMs,
    }),
    z.strictObject({ do: z.enum(['remove', 'putBack']), changeId, fileName, confirmWithinMs }),
    z.strictObject({ do: z.enum(['confirm', 'restore']), changeId }),
  ])
  .meta({
    id: 'AgentStaticPodOrder',
    description: 'What is to be done with a manifest of a static pod.',
    examples: [{ do: 'confirm', changeId: '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e' }],
  });

export const StaticPodChangeBody = z
  .strictObject({
    changeId,
    fileName,
    state: z
      .enum(STATIC_POD_STATES)
      .describe('`restored`: what was there before is there again. `left`: somebody else has changed the manifest.')
      .meta({ examples: ['restored'] }),
    replaced: z
      .boolean()
      .describe('Whether a manifest of that name was there before.')
      .meta({ examples: [true] }),
    keepsManifest: z
      .boolean()
      .default(true)
      .describe('Whether one is there when the change stays.')
      .meta({ examples: [true] }),
    because: z
      .string()
      .max(4_096)
      .describe('Why it is in that state.')
      .meta({ examples: ['it was not confirmed within 2m'] }),
  })
  .meta({ id: 'AgentStaticPodChange', description: 'A change of a manifest of a static pod.' });
