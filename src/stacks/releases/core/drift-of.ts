import { refText } from '../../core/manifest-object.js';
import type { ComparedObject } from './compared-object.js';

/** What resizes add-ons sets fields of its own on purpose: they are no drift. */
export const RESIZER = 'quartermaster-resizer';

/**
 * The objects that are not as they were deployed: those that are gone, those that are no longer the release's, and fields that would be set back. Defaults and what others have added are no drift, nor are
 * fields of the resizer.
 */
export function driftOf(compared: readonly ComparedObject[]): readonly ComparedObject[] {
  return compared
    .map((object) => ({
      ...object,
      diff: { ...object.diff, fields: object.diff.fields.filter(({ owner }) => owner !== RESIZER) },
    }))
    .filter(
      ({ diff, owner, refusal }) =>
        owner !== undefined ||
        refusal !== undefined ||
        diff.action === 'create' ||
        (diff.action !== 'none' && diff.fields.length > 0),
    );
}

/** `Deployment shop/web (spec.replicas), ConfigMap shop/web (missing)`, at most five. */
export function describeDrift(drifted: readonly ComparedObject[]): string {
  const texts = drifted.slice(0, 5).map(({ diff: { ref, action, fields }, refusal }) => {
    const what = action === 'create' ? 'missing' : (refusal?.message ?? fields.map(({ path }) => path).join(', '));
    return `${refText(ref)} (${what || 'labels'})`;
  });
  return [...texts, ...(drifted.length > 5 ? [`and ${drifted.length - 5} more`] : [])].join(', ');
}
