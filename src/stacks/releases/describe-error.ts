import { ClusterUnreachableError, ObjectConflictError, ObjectRefusedError } from '../objects/cluster-objects.errors.js';
import { ReleaseFailure } from './release-failure.js';

/** Whether trying again may help: the API server did not answer, was busy, does not serve a kind yet that has just been defined, or somebody else was quicker. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ClusterUnreachableError) return true;
  if (!(error instanceof ObjectRefusedError)) return false;
  const { reason, status } = error;
  return ['too-many', 'changed', 'not-served'].includes(reason) || (reason === 'other' && status >= 500);
}

/** Why something cannot be done however often it is tried; undefined for what may pass and for what nobody expects. */
export function failureText(error: unknown): string | undefined {
  if (error instanceof ReleaseFailure) return error.message;
  return isPassing(error) ? undefined : clusterErrorText(error);
}

/** What may be shown of an error of the cluster's; undefined for others. */
export function clusterErrorText(error: unknown): string | undefined {
  if (error instanceof ClusterUnreachableError) return 'The API server does not answer';
  if (error instanceof ObjectConflictError)
    return error.conflicts.map(({ manager, field }) => `${field} belongs to ${manager}`).join(', ');
  return error instanceof ObjectRefusedError ? error.message : undefined;
}
