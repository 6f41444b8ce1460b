import { z } from 'zod';
import { listOf, pageQuery } from '../platform/http/paging.js';
import { JOB_CATALOGUE } from './job-catalogue.js';
import { isJobName } from './job-definition.js';
import { RUN_STATES, type Run } from './run-records.port.js';
import { instant } from '../platform/http/described.js';

const ID = '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e';

const RunProgressView = z
  .object({
    done: z
      .int()
      .describe('Steps that are done.')
      .meta({ examples: [3] }),
    total: z
      .int()
      .optional()
      .describe('All steps; absent while it is not known.')
      .meta({ examples: [12] }),
    message: z
      .string()
      .optional()
      .describe('What is being done.')
      .meta({ examples: ['audit'] }),
  })
  .meta({ id: 'RunProgress', description: 'How far a run is.' });

export const RunView = z
  .object({
    id: z
      .uuid()
      .describe('The run.')
      .meta({ examples: [ID] }),
    kind: z
      .string()
      .describe('The kind of job.')
      .meta({ examples: ['records.trim'] }),
    title: z
      .string()
      .describe('What this kind of job does.')
      .meta({ examples: ['Remove old runs, audit rows and cycles'] }),
    state: z
      .enum(RUN_STATES)
      .describe('How the run stands; the last four are final.')
      .meta({ examples: ['running'] }),
    progress: RunProgressView.describe('How far it is.'),
    attempt: z
      .int()
      .describe('Which attempt this is; 0 while it has not started.')
      .meta({ examples: [1] }),
    payload: z
      .record(z.string(), z.unknown())
      .describe('What the job was given.')
      .meta({ examples: [{}] }),
    startedBy: z
      .string()
      .describe('The caller, or `schedule:<name>`.')
      .meta({ examples: ['schedule:trim-records'] }),
    createdAt: instant('When it was asked for.'),
    startedAt: instant('When its first attempt began.').optional(),
    finishedAt: instant('When it was over.').optional(),
    result: z
      .unknown()
      .optional()
      .describe('What it came to; its shape depends on the kind.')
      .meta({ examples: [{ removed: { runs: 12 } }] }),
    error: z
      .string()
      .optional()
      .describe('Why it failed, or what is missing when it is partial.')
      .meta({ examples: ['The time limit of the job has passed'] }),
    retryOf: z
      .uuid()
      .optional()
      .describe('The run that this one repeats.')
      .meta({ examples: [ID] }),
  })
  .meta({ id: 'Run', description: 'One execution of a job.' });
export type RunView = z.infer<typeof RunView>;

export const RunList = listOf('RunList', RunView, 'Runs, newest first.');

export const RunPath = z.strictObject({
  run: z
    .string()
    .max(100)
    .describe('The run.')
    .meta({ examples: [ID] }),
});
export type RunPath = z.infer<typeof RunPath>;

export const RunQuery = z.strictObject({
  ...pageQuery,
  kind: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'must be the name of a kind of job')
    .optional()
    .describe('Only runs of this kind of job.')
    .meta({ examples: ['records.trim'] }),
  state: z
    .enum(RUN_STATES)
    .optional()
    .describe('Only runs that stand so.')
    .meta({ examples: ['failed'] }),
});
export type RunQuery = z.infer<typeof RunQuery>;

/** A run as clients see it. */
export function runView(run: Run): RunView {
  const { id, kind, state, progress, attempt, payload, startedBy, result, error, retryOf } = run;
  return {
    id,
    kind,
    title: isJobName(JOB_CATALOGUE, kind) ? JOB_CATALOGUE.jobs[kind].title : kind,
    state,
    progress,
    attempt,
    payload: payload as Record<string, unknown>,
    startedBy,
    createdAt: new Date(run.createdAtMs).toISOString(),
    ...(run.startedAtMs === undefined ? {} : { startedAt: new Date(run.startedAtMs).toISOString() }),
    ...(run.finishedAtMs === undefined ? {} : { finishedAt: new Date(run.finishedAtMs).toISOString() }),
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
    ...(retryOf === undefined ? {} : { retryOf }),
  };
}
