import { Inject, Injectable, Optional, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config.js';
import { endingPlan } from '../platform/ending-plan.js';
import { Log } from '../platform/log.js';
import { JobHandlers } from './job-handlers.js';
import { JobRunner } from './job-runner.js';
import { JobWorkers } from './job-workers.port.js';
import { ScheduleService } from './schedule.service.js';

const MIRROR_EVERY_MS = 30_000;

/**
 * Starts and stops the background work of this process. In a process without workers (`ROLE=api`) nothing is started: it enqueues only.
 * The schedules are mirrored by a timer, not by a job: a queue that has lost its schedules would never run that job.
 */
@Injectable()
export class JobsLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  #mirror: NodeJS.Timeout | undefined;
  #mirroring: Promise<void> = Promise.resolve();
  #ending: Promise<void> | undefined;

  constructor(
    private readonly handlers: JobHandlers,
    private readonly runner: JobRunner,
    private readonly schedules: ScheduleService,
    private readonly log: Log,
    @Inject(CONFIG) private readonly config: Pick<Config, 'shutdownTimeoutMs'>,
    @Optional() private readonly workers?: JobWorkers,
  ) {}

  /** @throws JobHandlersError when a job has no handler or several: the process must not start */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.workers) return;
    const handlers = this.handlers.collect();
    await this.schedules.mirror();
    await this.workers.start((job) => this.runner.run(handlers, job));
    this.#mirror = setInterval(() => {
      this.#mirroring = this.#mirrorAgain();
    }, MIRROR_EVERY_MS);
  }

  onModuleDestroy(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  async #end(): Promise<void> {
    clearInterval(this.#mirror);
    await Promise.all([this.#mirroring, this.workers?.close(endingPlan(this.config.shutdownTimeoutMs).background)]);
  }

  async #mirrorAgain(): Promise<void> {
    try {
      await this.schedules.mirror();
    } catch (error) {
      this.log.warn('The schedules could not be compared with the queue', { error });
    }
  }
}
