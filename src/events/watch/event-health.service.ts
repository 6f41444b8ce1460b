import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Log } from '../../platform/log.js';
import { Readiness } from '../../platform/readiness.js';
import { RepeatedLook } from '../../platform/repeated-look.js';
import { EventCoverages } from './event-coverage.js';

const LOOK_EVERY_MS = 10_000;
const PART = 'events';
const STATES = { starting: 'starting', live: 'up', behind: 'degraded' } as const;

/** Tells in `/readyz` whether the cluster's events are followed. */
@Injectable()
export class EventHealth implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly repeated = new RepeatedLook(() => this.look(), LOOK_EVERY_MS);

  constructor(
    private readonly coverages: EventCoverages,
    private readonly readiness: Readiness,
    private readonly log: Log,
  ) {
    readiness.part(PART);
  }

  onApplicationBootstrap(): void {
    this.repeated.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.repeated.stop();
  }

  /** Looks once; never rejects. */
  private async look(): Promise<void> {
    const part = this.readiness.part(PART);
    try {
      const { state } = await this.coverages.over({});
      part.set(STATES[state], state === 'behind' ? 'behind: coverage of GET /api/v1/events says why' : undefined);
    } catch (error) {
      this.log.warn('How far the events are followed cannot be read', { error });
      part.set('degraded', 'the records do not answer');
    }
  }
}
