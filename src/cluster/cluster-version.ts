import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/log.js';
import { ClusterWatch } from './cluster-watch.port.js';

const ASK_AGAIN_AFTER_MS = 300_000;
const ASK_AGAIN_WHEN_UNKNOWN_MS = 5000;

/** The API server's version as last told: reading it never waits for the API server. */
@Injectable()
export class ClusterVersion {
  private version: string | undefined;
  private askedAtMs: number | undefined;

  constructor(
    private readonly watch: ClusterWatch,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Such as `v1.34.1`; asks anew in the background when it was long ago. */
  last(): string | undefined {
    const afterMs = this.version === undefined ? ASK_AGAIN_WHEN_UNKNOWN_MS : ASK_AGAIN_AFTER_MS;
    if (this.askedAtMs === undefined || this.clock.now() - this.askedAtMs > afterMs) void this.ask();
    return this.version;
  }

  /** Asks the API server; a failure leaves what was known. */
  async ask(): Promise<void> {
    this.askedAtMs = this.clock.now();
    try {
      this.version = await this.watch.version();
    } catch (error) {
      this.log.debug('The API server did not tell its version', { error });
    }
  }
}
