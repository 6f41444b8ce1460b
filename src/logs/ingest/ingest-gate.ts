import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import { FifoGate } from '../../platform/fifo-gate.js';

type Limits = Pick<Config, 'logIngestConcurrency' | 'logIngestMaxWaiting'>;

/** Bounds the bodies that are in memory at once: so many requests are read and stored, so many more wait unread in the order in which they came. */
@Injectable()
export class IngestGate {
  private readonly gate: FifoGate;

  constructor(@Inject(CONFIG) private readonly limits: Limits) {
    this.gate = new FifoGate(limits.logIngestConcurrency);
  }

  /**
   * Resolves or rejects as `work` does; either way its place goes to the next.
   * @throws ProblemError 429 when too many wait
   */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const { logIngestConcurrency, logIngestMaxWaiting } = this.limits;
    if (this.gate.isFull && this.gate.waits >= logIngestMaxWaiting) {
      throw new ProblemError(
        'RATE_LIMITED',
        `${logIngestConcurrency} bulk requests run (LOG_INGEST_CONCURRENCY) and ${logIngestMaxWaiting} wait (LOG_INGEST_MAX_WAITING). Try again.`,
        { retryAfterSeconds: 1, limit: 'LOG_INGEST_MAX_WAITING' },
      );
    }
    return this.gate.run(work);
  }
}
