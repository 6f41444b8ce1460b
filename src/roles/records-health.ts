import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Database } from '../adapters/postgres/database.js';
import { Log } from '../platform/log.js';
import { Readiness, type ReadinessPart } from '../platform/readiness.js';
import { within } from '../platform/within.js';

const CHECK_EVERY_MS = 10_000;
const DATABASE = Symbol('DATABASE');

/** Says in `/readyz` whether the records answer; the process is not ready while they do not. */
@Injectable()
export class RecordsHealth implements OnApplicationBootstrap, OnModuleDestroy {
  static readonly DATABASE = DATABASE;
  private readonly part: ReadinessPart;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DATABASE) private readonly database: Pick<Database, 'ping'>,
    readiness: Readiness,
    private readonly log: Log,
  ) {
    this.part = readiness.part('records', { critical: true });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.check();
    this.timer = setInterval(() => void this.check(), CHECK_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Asks the records, and reports how they are. A server that is gone without a word leaves a question open for long. */
  async check(answerWithinMs = CHECK_EVERY_MS): Promise<void> {
    try {
      await within(answerWithinMs, this.database.ping());
      this.part.set('up');
    } catch (error) {
      this.log.warn('The records do not answer', { error });
      this.part.set('down', 'the records do not answer');
    }
  }
}
