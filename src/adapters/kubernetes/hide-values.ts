import { HIDDEN, isSecret } from '../../stacks/core/mask-secret.js';
import { isObject, readField } from '../../stacks/core/read-field.js';
import type { ManifestObject } from '../../stacks/core/manifest-object.js';
import { ObjectRefusedError } from '../../stacks/objects/cluster-objects.errors.js';

/** A refusal of a Secret without its values: the API server cites a value of a wrong type. Other errors stay as they are. */
export function hideValues(error: unknown, object: ManifestObject): unknown {
  if (!isSecret(object) || !(error instanceof ObjectRefusedError)) return error;
  let { message } = error;
  for (const value of valuesOf(object)) message = message.replaceAll(value, HIDDEN);
  return message === error.message ? error : new ObjectRefusedError(message, error.status, error.reason, error.fields);
}

function valuesOf(secret: ManifestObject): readonly string[] {
  const values = ['data', 'stringData'].flatMap((field) => {
    const data = readField(secret, field);
    return isObject(data) ? Object.values(data) : [data];
  });
  return values
    .filter((value) => value !== undefined && value !== null && value !== '')
    .flatMap((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .sort((a, b) => b.length - a.length);
}
