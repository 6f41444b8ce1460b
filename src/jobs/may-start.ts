import type { Caller, Role } from '../auth/caller.js';
import { includesRole } from '../auth/core/may-call.js';
import { ProblemError } from '../platform/errors.js';
import { JOB_CATALOGUE, type Job } from './job-catalogue.js';
import { isJobName } from './job-definition.js';

/**
 * The kind as a name of the catalogue, when the caller may start it.
 *
 * @throws ProblemError UNPROCESSABLE when there is no such kind or only the program starts it; FORBIDDEN
 */
export function startableKind(kind: string, caller: Caller): Job {
  if (!isJobName(JOB_CATALOGUE, kind))
    throw new ProblemError(
      'UNPROCESSABLE',
      `There is no kind of job ${kind}; there are ${Object.keys(JOB_CATALOGUE.jobs).join(', ')}`,
    );
  const { startableBy } = JOB_CATALOGUE.jobs[kind] as { readonly startableBy: Role | 'nobody' };
  if (startableBy === 'nobody') throw new ProblemError('UNPROCESSABLE', `Only the program itself starts ${kind}`);
  // A Kubernetes user has no role: the API server was asked about the call, and what takes an admin is not allowed on that alone.
  if (!includesRole(caller.role ?? 'operator', startableBy))
    throw new ProblemError('FORBIDDEN', 'This caller may not do that.');
  return kind;
}
