import type { FieldChange } from './diff-object.js';
import { pathText, type Step } from './field-path.js';
import { isDeepEqual } from './is-deep-equal.js';
import type { ManifestObject } from './manifest-object.js';
import { isSecret, maskAt } from './mask-secret.js';
import { isObject, readField } from './read-field.js';

/**
 * What a manifest says otherwise than it is live, where the API server does not say what would be, because it refuses the change. Only fields of the manifest are compared, so that defaults and
 * what others have added are no differences; but an amount that is written in another way is one (`0.1` and `100m`). In the order of their paths; a Secret's values are hidden.
 */
export function diffManifest(live: ManifestObject, given: ManifestObject): readonly FieldChange[] {
  const shown = (path: readonly Step[], value: unknown): unknown => (isSecret(given) ? maskAt(path, value) : value);
  const changes = differences([], live, given).map(({ path, before, after }): FieldChange => ({
    path: pathText(path),
    ...(before === undefined ? {} : { before: shown(path, before) }),
    after: shown(path, after),
  }));
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Difference {
  readonly path: readonly Step[];
  readonly before: unknown;
  readonly after: unknown;
}

function differences(path: readonly Step[], before: unknown, after: unknown): readonly Difference[] {
  if (isDeepEqual(before, after)) return [];
  if (isObject(before) && isObject(after))
    return Object.entries(after).flatMap(([field, value]) =>
      differences([...path, { field }], readField(before, field), value),
    );
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return after.flatMap((item: unknown, index) => differences([...path, { index }], before[index], item));
  return [{ path, before, after }];
}
