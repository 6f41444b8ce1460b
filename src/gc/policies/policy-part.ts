import { toGcPolicy } from '../to-gc-policy.js';
import type { GcPolicyBody } from './gc-policy-body.schema.js';

/** Parts of a policy that have cadences of their own; containers with sandboxes and logs, as the kubelet does it. */
export const POLICY_PARTS = ['containers', 'images'] as const;
export type PolicyPart = (typeof POLICY_PARTS)[number];

/** Whether the policy removes anything of this part. */
export function hasPart(body: GcPolicyBody, part: PolicyPart): boolean {
  const { images, containers, sandboxes, logs } = toGcPolicy(body);
  return part === 'images' ? images !== undefined : containers !== undefined || sandboxes || logs;
}

/** The policy with everything else left alone. */
export function onlyPart(body: GcPolicyBody, part: PolicyPart): GcPolicyBody {
  return part === 'images'
    ? { ...body, containers: { ...body.containers, enabled: false }, sandboxes: false, logs: false }
    : { ...body, images: { ...body.images, enabled: false } };
}
