import { z } from 'zod';
import { defineJobs, type JobInput, type JobName, type JobPayload, ONCE } from './job-definition.js';
import { STACK_JOBS } from './stack-jobs.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const nothing = z.strictObject({});
const cycleAtMs = z.int().nonnegative();

/** All background work of Quartermaster: one row a kind, each with exactly one handler (`@HandlesJob`). */
export const JOB_CATALOGUE = defineJobs(
  {
    /** Talks to kubelets, through the one gate of the process: more jobs than the machine can use at once, so that a shard with a dead node holds up no other. */
    kubelets: { concurrency: 8 },
    /** Writes to the metric store. */
    store: { concurrency: 2 },
    /** Rewrites or removes whole files of closed days. */
    disk: { concurrency: 1 },
    /** Rewrites or removes files of log lines. */
    logs: { concurrency: 1 },
    /** Sends to other systems, which may be slow or away. */
    sinks: { concurrency: 4 },
    /** Runs of policies: each waits for its nodes for most of its time. */
    gc: { concurrency: 20 },
    /** Nodes of such runs: each waits for its agent. How many at once is the policy's matter. */
    'gc-nodes': { concurrency: 100 },
    /** Deployments of stacks: each waits for its objects for most of its time. */
    stacks: { concurrency: 10 },
    /** Reads large parts of the log store into files. */
    exports: { concurrency: 1 },
    /** Small reads and writes of the records. */
    records: { concurrency: 4 },
  },
  {
    'metrics.start-cycle': {
      title: 'Start a collection cycle',
      queue: 'records',
      payload: z.strictObject({ cycleAtMs: cycleAtMs.optional() }),
      attempts: 2,
      backoff: { type: 'fixed', delayMs: 500 },
      timeLimitMs: 10 * SECOND,
      keepsRun: false,
      startableBy: 'operator',
    },
    'metrics.collect-shard': {
      title: 'Collect the metrics of some nodes',
      queue: 'kubelets',
      payload: z.strictObject({
        cycleAtMs,
        shard: z.int().nonnegative(),
        nodes: z.array(z.string().min(1).max(253)).max(1000),
      }),
      attempts: 2,
      backoff: { type: 'fixed', delayMs: 500 },
      timeLimitMs: 45 * SECOND,
      keepsRun: false,
      startableBy: 'nobody',
    },
    'metrics.close-cycle': {
      title: 'Close a collection cycle',
      queue: 'store',
      payload: z.strictObject({ cycleAtMs }),
      attempts: 5,
      backoff: { type: 'exponential', delayMs: SECOND },
      timeLimitMs: MINUTE,
      keepsRun: false,
      startableBy: 'nobody',
    },
    'metrics.roll-up': {
      title: 'Roll metrics up to five minutes and hours',
      queue: 'disk',
      payload: nothing,
      attempts: 3,
      backoff: { type: 'exponential', delayMs: 30 * SECOND },
      timeLimitMs: 30 * MINUTE,
      keepsRun: true,
      startableBy: 'operator',
    },
    'metrics.close-days': {
      title: 'Write closed days to Parquet',
      queue: 'disk',
      payload: nothing,
      attempts: 3,
      backoff: { type: 'exponential', delayMs: 30 * SECOND },
      timeLimitMs: 30 * MINUTE,
      keepsRun: true,
      startableBy: 'operator',
    },
    'metrics.drop-expired': {
      title: 'Drop metrics older than their retention',
      queue: 'disk',
      payload: nothing,
      attempts: 3,
      backoff: { type: 'exponential', delayMs: 30 * SECOND },
      timeLimitMs: 30 * MINUTE,
      keepsRun: true,
      startableBy: 'operator',
    },
    'metrics.write-sink': {
      title: 'Copy new metrics to a sink',
      queue: 'sinks',
      payload: z.strictObject({ sink: z.string().min(1).max(40) }),
      ...ONCE,
      timeLimitMs: 10 * MINUTE,
      keepsRun: false,
      startableBy: 'nobody',
    },
    'metrics.replay-spool': {
      title: 'Write what waits for the metric store',
      queue: 'sinks',
      payload: nothing,
      ...ONCE,
      timeLimitMs: 10 * MINUTE,
      keepsRun: false,
      startableBy: 'nobody',
    },
    'logs.upkeep': {
      title: 'Put log lines into files, and drop those older than their retention',
      queue: 'logs',
      payload: nothing,
      ...ONCE,
      timeLimitMs: 30 * MINUTE,
      keepsRun: false,
      startableBy: 'operator',
    },
    'events.write-sink': {
      title: 'Copy new events to a sink',
      queue: 'sinks',
      payload: z.strictObject({ sink: z.string().min(1).max(40) }),
      ...ONCE,
      timeLimitMs: 10 * MINUTE,
      keepsRun: false,
      startableBy: 'nobody',
    },
    'gc.run': {
      title: 'Carry out a policy of garbage collection',
      queue: 'gc',
      payload: z.strictObject({
        policy: z.string().min(1).max(63),
        /** An approved plan, and the digest that its approver saw. */
        plan: z.uuid().optional(),
        digest: z.string().max(64).optional(),
        dryRun: z.boolean().optional(),
        nodes: z.array(z.string().min(1).max(253)).max(1000).optional(),
        /** Only this part of the policy; `containers` with sandboxes and logs. */
        part: z.enum(['images', 'containers']).optional(),
      }),
      attempts: 10,
      backoff: { type: 'fixed', delayMs: 5 * SECOND },
      timeLimitMs: 8 * DAY,
      keepsRun: true,
      startableBy: 'operator',
    },
    'gc.run-node': {
      title: 'Carry out a policy on one node',
      queue: 'gc-nodes',
      payload: z.strictObject({ run: z.uuid(), node: z.string().min(1).max(253), attempt: z.int().min(1) }),
      attempts: 5,
      backoff: { type: 'fixed', delayMs: 2 * SECOND },
      timeLimitMs: 8 * DAY,
      keepsRun: false,
      startableBy: 'nobody',
    },
    'gc.settle-runs': {
      title: 'Bring runs of policies and tasks of agents together',
      queue: 'records',
      payload: nothing,
      ...ONCE,
      timeLimitMs: 5 * MINUTE,
      keepsRun: false,
      startableBy: 'nobody',
    },
    'gc.keep-ledger': {
      title: 'Note which images are used',
      queue: 'records',
      payload: nothing,
      ...ONCE,
      timeLimitMs: 10 * MINUTE,
      keepsRun: false,
      startableBy: 'operator',
    },
    'gc.check-disks': {
      title: 'Start runs of policies where disks are full',
      queue: 'records',
      payload: nothing,
      ...ONCE,
      timeLimitMs: 5 * MINUTE,
      keepsRun: false,
      startableBy: 'nobody',
    },
    'gc.announce-run': {
      title: 'Tell of a run of a policy',
      queue: 'sinks',
      payload: z.strictObject({ run: z.uuid() }),
      attempts: 6,
      backoff: { type: 'exponential', delayMs: 5 * SECOND },
      timeLimitMs: 5 * MINUTE,
      keepsRun: false,
      startableBy: 'nobody',
    },
    ...STACK_JOBS,
    'logs.export': {
      title: 'Write an export of logs to a file',
      queue: 'exports',
      payload: z.strictObject({
        /** Parameters of a search as they were given, without its span and order. */
        question: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
        fromNs: z.string().regex(/^\d{1,19}$/),
        toNs: z.string().regex(/^\d{1,19}$/),
        order: z.enum(['newest', 'oldest']),
        format: z.enum(['ndjson', 'csv', 'text']),
        /** Whose it is, and which namespaces its lines may be of; absent: all. */
        owner: z.string().min(1),
        namespaces: z.array(z.string()).optional(),
      }),
      attempts: 3,
      backoff: { type: 'exponential', delayMs: 30 * SECOND },
      timeLimitMs: 6 * 60 * MINUTE,
      keepsRun: true,
      startableBy: 'nobody',
    },
    'records.trim': {
      title: 'Remove old runs, audit rows and cycles',
      queue: 'records',
      payload: nothing,
      attempts: 3,
      backoff: { type: 'exponential', delayMs: 30 * SECOND },
      timeLimitMs: 10 * MINUTE,
      keepsRun: true,
      startableBy: 'operator',
    },
    'runs.sweep': {
      title: 'Bring runs, schedules and queue together',
      queue: 'records',
      payload: nothing,
      ...ONCE,
      timeLimitMs: MINUTE,
      keepsRun: false,
      startableBy: 'nobody',
    },
  },
);

export type Jobs = typeof JOB_CATALOGUE;
/** A name of the catalogue, such as `metrics.start-cycle`. */
export type Job = JobName<Jobs>;
/** What the handler of a job is given. */
export type PayloadOf<N extends Job> = JobPayload<Jobs, N>;
/** What a job of this name may be started with. */
export type InputOf<N extends Job> = JobInput<Jobs, N>;
