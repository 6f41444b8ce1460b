import { z } from 'zod';
import { checkGcPolicy } from '../check-gc-policy.js';
import { gcPolicyFields } from '../gc-policy.schema.js';
import { ruleName } from '../gc-fields.js';
import { gcExecutionFields } from './gc-execution.schema.js';

const description = z
  .string()
  .max(1_000)
  .default('')
  .describe('For people.')
  .meta({ examples: ['Old builds, every night'] });

export const gcPolicyName = ruleName('The policy.', 'nightly');
export const gcPolicyBodyFields = { description, ...gcPolicyFields, ...gcExecutionFields };

/** What a policy says, as it is kept: the caller's words with the defaults filled in. */
export const GcPolicyBody = z
  .strictObject(gcPolicyBodyFields)
  .superRefine(checkGcPolicy)
  .meta({ id: 'GcPolicyBody', description: 'What may be removed, where and when.' });
export type GcPolicyBody = z.infer<typeof GcPolicyBody>;

export const NewGcPolicy = z
  .strictObject({ name: gcPolicyName, ...gcPolicyBodyFields })
  .superRefine(checkGcPolicy)
  .meta({ id: 'NewGcPolicy', description: 'A policy to be made.' });
export type NewGcPolicy = z.infer<typeof NewGcPolicy>;
