import { Injectable, type Type } from '@nestjs/common';
import { JOB_CATALOGUE, type Job } from '../../src/jobs/job-catalogue.js';
import { HandlesJob } from '../../src/jobs/job-handler.js';

/** Kinds that the jobs feature handles by itself. */
const OWN = ['records.trim', 'runs.sweep'];

/** Handlers that do nothing, of every kind of job but these: a process does not start while a kind has none. */
export function idleHandlers(...handled: readonly Job[]): Type[] {
  const kinds = Object.keys(JOB_CATALOGUE.jobs) as Job[];
  return kinds.filter((kind) => !OWN.includes(kind) && !handled.includes(kind)).map(idle);
}

function idle(kind: Job): Type {
  class Idle {
    handle(): Promise<void> {
      return Promise.resolve();
    }
  }
  HandlesJob(kind)(Idle);
  Injectable()(Idle);
  return Idle;
}
