import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { JOB_CATALOGUE, type Job } from './job-catalogue.js';
import { HANDLES_JOB, type JobHandler } from './job-handler.js';

/** The catalogue and the handlers do not match: the process must not start. */
export class JobHandlersError extends Error {
  override readonly name = 'JobHandlersError';
}

/** The handlers that the features have declared with `@HandlesJob`, by job. */
@Injectable()
export class JobHandlers {
  constructor(private readonly discovery: DiscoveryService) {}

  /**
   * All handlers: exactly one for each job of the catalogue.
   *
   * @throws JobHandlersError naming the jobs that have none or several
   */
  collect(): ReadonlyMap<Job, JobHandler<Job>> {
    const found = this.discovery
      .getProviders()
      .filter(({ metatype, instance }) => typeof metatype === 'function' && Boolean(instance))
      .map(({ metatype, instance }) => ({
        job: Reflect.getMetadata(HANDLES_JOB, metatype as object) as Job | undefined,
        handler: instance as JobHandler<Job>,
      }))
      .filter((row): row is { job: Job; handler: JobHandler<Job> } => row.job !== undefined);
    return matchHandlers(Object.keys(JOB_CATALOGUE.jobs) as Job[], found);
  }
}

/** @throws JobHandlersError unless each job has exactly one handler */
export function matchHandlers<Name extends string, Handler>(
  jobs: readonly Name[],
  found: readonly { readonly job: Name; readonly handler: Handler }[],
): ReadonlyMap<Name, Handler> {
  const mistakes = jobs.flatMap((job) => {
    const handlers = new Set(found.filter((row) => row.job === job).map((row) => row.handler));
    if (handlers.size === 1) return [];
    return [handlers.size === 0 ? `${job} has no handler` : `${job} has ${handlers.size} handlers`];
  });
  const unknown = found.filter(({ job }) => !jobs.includes(job)).map(({ job }) => `${job} is not in the job catalogue`);
  if (mistakes.length + unknown.length > 0) throw new JobHandlersError([...mistakes, ...unknown].join('; '));
  return new Map(found.map(({ job, handler }) => [job, handler]));
}
