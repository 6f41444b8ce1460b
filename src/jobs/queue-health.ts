import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { OwnMetrics } from '../platform/own-metrics.js';
import { Readiness, type ReadinessPart } from '../platform/readiness.js';
import { within } from '../platform/within.js';
import { JobQueue, type QueueCounts } from './job-queue.port.js';

const CHECK_EVERY_MS = 10_000;
const ANSWER_WITHIN_MS = 5_000;

/** Says whether the queue answers (`/readyz`, critical), and counts its jobs (`/metrics`). */
@Injectable()
export class QueueHealth implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #part: ReadinessPart;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly queue: JobQueue,
    readiness: Readiness,
    metrics: OwnMetrics,
  ) {
    this.#part = readiness.part('queue', { critical: true });
    metrics.gauge('queue_jobs', 'Jobs in a queue, by state.', ['queue', 'state'], async (gauge) => {
      const counts = await this.#counts().catch(() => undefined); // a queue that is away has no figures; /readyz tells
      gauge.reset();
      for (const [queue, states] of counts ?? [])
        for (const [state, count] of Object.entries(states)) gauge.set({ queue, state }, count);
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.check();
    this.#timer = setInterval(() => void this.check(), CHECK_EVERY_MS);
    this.#timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** Asks the queue and reports how it is. */
  async check(): Promise<void> {
    try {
      await this.#counts();
      this.#part.set('up');
    } catch {
      this.#part.set('down', 'the job queue does not answer');
    }
  }

  #counts(): Promise<ReadonlyMap<string, QueueCounts>> {
    return within(ANSWER_WITHIN_MS, this.queue.counts());
  }
}
