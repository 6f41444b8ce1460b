import {
  ClusterUnreachableError,
  type FieldConflict,
  ObjectConflictError,
  ObjectRefusedError,
  type RefusalReason,
} from '../../stacks/objects/cluster-objects.errors.js';
import { KubernetesApiError, KubernetesBodyTooLargeError, KubernetesUnreachableError } from './kubernetes-api-error.js';

/** The API server, or what stands before it, could not take the call now. */
const AWAY = [429, 502, 503, 504];
const CONFLICT = /^conflict with "(.+?)"/;
const MISSING_RIGHT = /cannot [\w*]+ (resource|path)|attempting to grant (RBAC permissions|extra privileges)/;
const DENIED =
  /admission webhook ".*?" denied the request|failed calling webhook|ValidatingAdmissionPolicy .* denied request/;
const TERMINATING = /because it is being terminated/;
const IMMUTABLE =
  /field is immutable|immutable field|is immutable|may not (be changed|change once set)|cannot change roleRef|updates to .+ are forbidden|updates may not change fields|field can not be modified/i;
/** Server-side apply answers 500 to what is not of the kind's schema. */
const MALFORMED = /failed to (create typed patch object|convert new object)/;
/** `unknown field "spec.x"` of strict decoding, `.spec.x: field not declared in schema` of server-side apply. */
const AT_FAULT = /(?:unknown|duplicate) field "([^"]+)"|\.([^\s:]+): (?:field not declared in schema|expected )/g;

/** What a failed call means for an object: one of `cluster-objects.errors.ts`, or the error itself when it is none of the API's, as an abort. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof KubernetesUnreachableError) return new ClusterUnreachableError(error.message, { cause: error });
  if (error instanceof KubernetesBodyTooLargeError) return new ObjectRefusedError(error.message, 200, 'too-many');
  if (!(error instanceof KubernetesApiError)) return error;
  if (AWAY.includes(error.status)) return new ClusterUnreachableError(error.message, { cause: error });
  const conflicts = conflictsOf(error);
  if (conflicts.length > 0) return new ObjectConflictError(error.message, conflicts);
  return new ObjectRefusedError(error.message, error.status, reasonOf(error), fieldsOf(error));
}

function conflictsOf({ status, details }: KubernetesApiError): readonly FieldConflict[] {
  if (status !== 409) return [];
  return (details.causes ?? [])
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ message = '', field = '' }) => ({ manager: CONFLICT.exec(message)?.[1] ?? message, field }));
}

function reasonOf({ status, message, details }: KubernetesApiError): RefusalReason {
  if (DENIED.test(message)) return 'admission';
  switch (status) {
    case 401:
      return 'forbidden';
    case 403:
      if (TERMINATING.test(message)) return 'namespace-terminating';
      if (message.includes('exceeded quota')) return 'quota';
      return MISSING_RIGHT.test(message) ? 'forbidden' : 'admission';
    case 404:
      return details.kind === 'namespaces' ? 'namespace-missing' : 'not-served';
    case 409:
      return 'changed';
    case 422:
      return IMMUTABLE.test(message) ? 'immutable' : 'invalid';
    case 400:
    case 413:
      return 'invalid';
    default:
      return MALFORMED.test(message) ? 'invalid' : 'other';
  }
}

function fieldsOf({ message, details }: KubernetesApiError): readonly string[] {
  const named = (details.causes ?? []).flatMap(({ field }) => (field === undefined ? [] : [field]));
  if (named.length > 0) return [...new Set(named)];
  return [...message.matchAll(AT_FAULT)].map(([, decoded, typed]) => decoded ?? typed ?? '');
}
