import { randomUUID } from 'node:crypto';
import type { FlowProducer, Job, JobsOptions, Queue } from 'bullmq';
import {
  JobQueue,
  type Cadence,
  type CancelOutcome,
  type EnqueueOptions,
  type FoundJob,
  type JobFlow,
  type JobRequest,
  type QueueCounts,
  type ScheduledJob,
} from '../../jobs/job-queue.port.js';
import { jobDefinition, type JobCatalogue, type JobInput, type JobName } from '../../jobs/job-definition.js';
import { parsePayload } from '../../jobs/parse-payload.js';
import type { Log } from '../../platform/log.js';
import { KEPT } from './bullmq-backend.js';
import { CANCEL_MARK, idInQueue } from './job-identity.js';
import { cadenceOf, isSameSchedule, repeatOf } from './repeat-options.js';
import { reachQueue } from './queue-unavailable.js';

/** BullMQ's states as the port names them. */
const STATES: Readonly<Record<string, FoundJob['state']>> = {
  active: 'active',
  completed: 'completed',
  failed: 'failed',
  delayed: 'delayed',
};

/** The queues in BullMQ, on whichever backend. */
export class BullmqJobQueue<C extends JobCatalogue> extends JobQueue<C> {
  /** @param queues BullMQ's own objects, one for each queue of the catalogue; whoever opened them closes them */
  constructor(
    private readonly catalogue: C,
    readonly queues: readonly Queue[],
    private readonly flows: FlowProducer,
    log: Log,
  ) {
    super();
    const onError = (error: Error): void => log.warn('The job queue has a problem', { error });
    for (const queue of queues) queue.on('error', onError);
    flows.on('error', onError);
  }

  async enqueue<N extends JobName<C>>(
    name: N,
    payload: JobInput<C, N>,
    { id = randomUUID(), delayMs = 0 }: EnqueueOptions = {},
  ): Promise<string> {
    const data = parsePayload(this.catalogue, name, payload);
    const options = { ...this.#options(name), jobId: idInQueue(name, id), ...(delayMs > 0 ? { delay: delayMs } : {}) };
    await reachQueue(() => this.#queueOf(name).add(name, data, options));
    return id;
  }

  async enqueueFlow({ parent, children }: JobFlow<C>): Promise<string> {
    const id = parent.id ?? randomUUID();
    const flow = {
      ...this.#node({ ...parent, id }),
      children: children.map((child) => {
        const node = this.#node(child);
        return { ...node, opts: { ...node.opts, ignoreDependencyOnFailure: true } };
      }),
    };
    await reachQueue(() => this.flows.add(flow));
    return id;
  }

  async schedule<N extends JobName<C>>(id: string, cadence: Cadence, name: N, payload: JobInput<C, N>): Promise<void> {
    const data = parsePayload(this.catalogue, name, payload);
    const queue = this.#queueOf(name);
    await reachQueue(async () => {
      for (const other of this.queues) if (other !== queue) await other.removeJobScheduler(id);
      const present = await queue.getJobScheduler(id);
      if (present && isSameSchedule(present, cadence, name, data, Date.now())) return;
      await queue.upsertJobScheduler(id, repeatOf(cadence), { name, data, opts: this.#options(name) });
    });
  }

  async unschedule(id: string): Promise<boolean> {
    const removed = await reachQueue(() => Promise.all(this.queues.map((queue) => queue.removeJobScheduler(id))));
    return removed.includes(true);
  }

  async schedules(): Promise<readonly ScheduledJob[]> {
    const found = await reachQueue(() => Promise.all(this.queues.map((queue) => queue.getJobSchedulers())));
    return found
      .flat()
      .map((row) => ({ id: row.key, job: row.name, cadence: cadenceOf(row), nextAtMs: row.next ?? 0 }))
      .sort((left, right) => (left.id < right.id ? -1 : 1));
  }

  async find(name: JobName<C>, id: string): Promise<FoundJob | undefined> {
    const jobId = idInQueue(name, id);
    // The state first: what is read after it is at least as new, so a completed job has its result.
    const state = await reachQueue(() => this.#queueOf(name).getJobState(jobId));
    const job = state === 'unknown' ? undefined : await this.#job(name, id);
    return job && foundJob(job, STATES[state] ?? 'waiting');
  }

  async cancel(name: JobName<C>, id: string): Promise<CancelOutcome> {
    const job = await this.#job(name, id);
    if (!job) return 'missing';
    return reachQueue(async () => {
      if (await isFinished(job)) return 'finished';
      await job.updateProgress(CANCEL_MARK); // first, so that a worker that takes it meanwhile sees it
      try {
        await job.remove();
        return 'removed';
      } catch (error) {
        const state = await job.getState();
        if (state === 'active') return 'signalled';
        if (state === 'unknown') return 'removed';
        if (state === 'completed' || state === 'failed') return 'finished';
        throw error;
      }
    });
  }

  async counts(): Promise<ReadonlyMap<string, QueueCounts>> {
    return reachQueue(async () => new Map(await Promise.all(this.queues.map(async (queue) => countsOf(queue)))));
  }

  #node({ name, payload, id = randomUUID() }: JobRequest<C>) {
    return {
      name,
      queueName: jobDefinition(this.catalogue, name).queue,
      data: parsePayload(this.catalogue, name, payload),
      opts: { ...this.#options(name), jobId: idInQueue(name, id) },
    };
  }

  #options(name: string): JobsOptions {
    const { attempts, backoff } = jobDefinition(this.catalogue, name);
    return { ...KEPT, attempts, backoff: { type: backoff.type, delay: backoff.delayMs }, stackTraceLimit: 10 };
  }

  #queueOf(name: string): Queue {
    const definition = jobDefinition(this.catalogue, name);
    const queue = this.queues.find((open) => open.name === definition.queue);
    if (!queue) throw new Error(`The queue of ${name} is not in the catalogue`);
    return queue;
  }

  async #job(name: string, id: string): Promise<Job | undefined> {
    return reachQueue(() => this.#queueOf(name).getJob(idInQueue(name, id)));
  }
}

function foundJob(job: Job, state: FoundJob['state']): FoundJob {
  return {
    state,
    attemptsMade: job.attemptsMade,
    ...(job.failedReason ? { failedReason: job.failedReason } : {}),
    ...(state === 'completed' ? { result: job.returnvalue as unknown } : {}),
  };
}

async function isFinished(job: Job): Promise<boolean> {
  const state = await job.getState();
  return state === 'completed' || state === 'failed';
}

async function countsOf(queue: Queue): Promise<[string, QueueCounts]> {
  const counts = await queue.getJobCounts(
    'waiting',
    'prioritized',
    'waiting-children',
    'delayed',
    'active',
    'completed',
    'failed',
  );
  const sum = (...states: readonly string[]): number => states.reduce((all, state) => all + (counts[state] ?? 0), 0);
  return [
    queue.name,
    {
      waiting: sum('waiting', 'prioritized', 'waiting-children'),
      delayed: sum('delayed'),
      active: sum('active'),
      completed: sum('completed'),
      failed: sum('failed'),
    },
  ];
}
