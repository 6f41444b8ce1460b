import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';

type Limits = Pick<Config, 'logIngestConcurrency' | 'logIngestMaxWaiting'>;

/** Bounds the bodies that are in memory at once: so many requests are read and stored, so many more wait unread in the order in which they came. */
@Injectable()
export class IngestGate {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(@Inject(CONFIG) private readonly limits: Limits) {}

  /**
   * Resolves or rejects as `work` does; either way its place goes to the next.
   * @throws ProblemError 429 when too many wait
   */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.enter();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  private async enter(): Promise<void> {
    const { logIngestConcurrency, logIngestMaxWaiting } = this.limits;
    if (this.running < logIngestConcurrency) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= logIngestMaxWaiting) {
      throw new ProblemError(
        'RATE_LIMITED',
        `${logIngestConcurrency} bulk requests run (LOG_INGEST_CONCURRENCY) and ${logIngestMaxWaiting} wait (LOG_INGEST_MAX_WAITING). Try again.`,
        { retryAfterSeconds: 1, limit: 'LOG_INGEST_MAX_WAITING' },
      );
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
