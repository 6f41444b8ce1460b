import type { z } from 'zod';
import { checkPolicy } from './core/check-policy.js';
import type { GcPolicyContent } from './gc-policy.schema.js';
import { toGcPolicy } from './to-gc-policy.js';

/** For `superRefine`: refuses contradictions, and what is drastic without `confirm`, each at its field. */
export function checkGcPolicy(body: GcPolicyContent, context: z.RefinementCtx): void {
  if (context.issues.length > 0) return; // a field is wrong by itself: the rest would be judged on sand
  for (const { path, problem, isConfirmable } of checkPolicy(toGcPolicy(body))) {
    if (isConfirmable && body.confirm) continue;
    const message = isConfirmable ? `${problem}; say confirm: true if that is meant` : problem;
    context.addIssue({ code: 'custom', path: path.map(fieldOf), message });
  }
}

/** What the core calls by its unit the API calls by the plain name. */
function fieldOf(part: string | number): string | number {
  return typeof part === 'number' ? part : part.replace(/(?:Ms|Percent|Bytes)$/, '');
}
