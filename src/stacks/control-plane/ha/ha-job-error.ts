import { UnrecoverableJobError } from '../../../jobs/job-errors.js';
import { ProblemError } from '../../../platform/errors.js';
import { clusterProblem } from '../../releases/cluster-problem.js';

/** As a handler that changes the control plane throws it: tried again only while an agent or the API server is away. */
export function haJobError(error: unknown): unknown {
  const shown = clusterProblem(error);
  return shown instanceof ProblemError && shown.code !== 'UNAVAILABLE'
    ? new UnrecoverableJobError(shown.detail, { cause: error })
    : shown;
}
