import { ProblemError } from '../../platform/errors.js';
import { ClusterUnreachableError } from '../objects/cluster-objects.errors.js';
import { clusterErrorText } from './describe-error.js';
import { ReleaseFailure } from './release-failure.js';

/** An error of the cluster as a client may see it; others as they are. */
export function clusterProblem(error: unknown): unknown {
  if (error instanceof ClusterUnreachableError)
    return new ProblemError('UNAVAILABLE', 'The Kubernetes API server does not answer.', { cause: error });
  const text = error instanceof ReleaseFailure ? error.message : clusterErrorText(error);
  return text === undefined ? error : new ProblemError('UNPROCESSABLE', text, { cause: error });
}
