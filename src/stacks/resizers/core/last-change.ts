import type { ManifestObject } from '../../core/manifest-object.js';
import { readList, readText } from '../../core/read-field.js';

/** When a field manager changed a value of an object last, ms since the epoch, by `metadata.managedFields`: the API server notes no apply that changes nothing. Undefined: never. */
export function lastChangeMs(object: ManifestObject, manager: string): number | undefined {
  const times = readList(object, 'metadata', 'managedFields')
    .filter((entry) => readText(entry, 'manager') === manager)
    .map((entry) => Date.parse(readText(entry, 'time')))
    .filter((atMs) => Number.isFinite(atMs));
  return times.length === 0 ? undefined : Math.max(...times);
}
