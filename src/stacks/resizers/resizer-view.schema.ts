import { z } from 'zod';
import { count, instant, text } from '../../platform/http/described.js';
import { listOf } from '../../platform/http/paging.js';
import { COUNTED, MANAGED_RESOURCES } from './core/resizer-spec.js';
import { RESIZE_OUTCOMES } from './resizer-records.port.js';
import { ResizerBody } from './resizer.schema.js';

const amounts = (description: string, example: Record<string, string>) =>
  z
    .record(z.string(), z.string())
    .describe(description)
    .meta({ examples: [example] });
const sides = (description: string) =>
  z
    .object({ requests: amounts('Its requests.', { cpu: '92m' }), limits: amounts('Its limits.', { cpu: '92m' }) })
    .describe(description);

const inputs = z
  .object({
    of: z
      .enum(COUNTED)
      .optional()
      .describe('What was counted.')
      .meta({ examples: ['nodes'] }),
    n: count('How many there are.', 17).optional(),
    countedAs: count('What they are taken for: the next bucket or size.', 24).optional(),
    use: amounts('The 95th percentile of the use over the span, of the pod that uses most.', { cpu: '75m' }).optional(),
  })
  .describe('What it was decided from: a count or a use.');

const details = {
  action: z
    .enum(['keep', 'scale-up', 'scale-down', 'overwrite', 'postpone'])
    .describe('What is to be done; `overwrite`: something is not set, so there is no direction.')
    .meta({ examples: ['scale-up'] }),
  resource: z
    .enum(MANAGED_RESOURCES)
    .optional()
    .describe('The first resource that is not as it should be.')
    .meta({ examples: ['cpu'] }),
  inputs,
  estimate: amounts('By the estimator, exactly.', { cpu: '92m' }),
  actual: sides('What is set.'),
  target: sides('What is to be set, as the API server keeps it: thousandths of a core and whole bytes, rounded up.'),
  pod: text('With in-place resizing: the pod that these amounts are of.', 'metrics-server-7d9f-x2x4z').optional(),
  pods: count('With in-place resizing: how many pods were looked at.', 1).optional(),
  notes: z
    .array(z.string())
    .optional()
    .describe('Why it is not done as was asked.')
    .meta({ examples: [['The cluster cannot resize pods in place']] }),
};
const Details = z.object(details);
export type ResizeDetails = z.infer<typeof Details>;

const because = text('Why.', 'limits.cpu (80m) is 86 % of the estimate, less than 95 %: 92m is to be set');

export const ResizeRecommendation = z
  .object({ at: instant('When it was computed.'), because, ...details })
  .meta({ id: 'ResizeRecommendation', description: 'What a resizer would do, now.' });
export type ResizeRecommendation = z.infer<typeof ResizeRecommendation>;

const ResizeDecisionView = z
  .object({
    id: count('Ascending in time.', 17),
    at: instant('When it was decided.'),
    outcome: z
      .enum(RESIZE_OUTCOMES)
      .describe('What became of it.')
      .meta({ examples: ['applied'] }),
    because,
    details: Details.partial().describe('What was decided and from what; empty where it failed before.'),
  })
  .meta({ id: 'ResizeDecision', description: 'What a resizer decided, when and why.' });
export type ResizeDecisionView = z.infer<typeof ResizeDecisionView>;

export const ResizeDecisionList = listOf(
  'ResizeDecisionList',
  ResizeDecisionView,
  'Decisions, the newest first: each that differs from the one before or changed something, the last 200.',
);

export const ResizerView = z
  .object({
    name: text('The resizer.', 'metrics-server'),
    ...ResizerBody.shape,
    createdBy: text('Who made it.', 'ann'),
    createdAt: instant('When it was made.'),
    updatedBy: text('Who changed it last.', 'ann'),
    updatedAt: instant('When it was changed last.'),
  })
  .meta({ id: 'Resizer', description: 'A container that is kept at a size.' });
export type ResizerView = z.infer<typeof ResizerView>;

export const ResizerList = listOf('ResizerList', ResizerView, 'Resizers, by name.');
