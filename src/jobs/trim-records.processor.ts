import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Clock } from '../platform/clock.js';
import type { PayloadOf } from './job-catalogue.js';
import { HandlesJob, PartialResult, type JobContext, type JobHandler } from './job-handler.js';
import { TRIMS_RECORDS, type RecordTrimmer } from './trims-records.js';

/** Asks every `@TrimsRecords` provider to remove what is too old. One that fails does not keep the others from it. */
@HandlesJob('records.trim')
@Injectable()
export class TrimRecordsProcessor implements JobHandler<'records.trim'> {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly clock: Clock,
  ) {}

  async handle(_: PayloadOf<'records.trim'>, context: JobContext): Promise<unknown> {
    const removed: Record<string, number> = {};
    const failed: string[] = [];
    const trimmers = this.#trimmers();
    for (const [index, trimmer] of trimmers.entries()) {
      context.signal.throwIfAborted();
      context.progress(index, trimmers.length, trimmer.subject);
      try {
        removed[trimmer.subject] = await trimmer.trim(this.clock.now(), context.signal);
      } catch (error) {
        context.signal.throwIfAborted();
        context.log.warn('Old records could not be removed', { subject: trimmer.subject, error });
        failed.push(trimmer.subject);
      }
    }
    context.progress(trimmers.length, trimmers.length);
    return failed.length > 0 ? new PartialResult({ removed }, `Not trimmed: ${failed.join(', ')}`) : { removed };
  }

  #trimmers(): RecordTrimmer[] {
    const found = this.discovery
      .getProviders()
      .filter(({ metatype }) => typeof metatype === 'function' && Reflect.hasMetadata(TRIMS_RECORDS, metatype))
      .map(({ instance }) => instance as RecordTrimmer);
    return [...new Set(found)];
  }
}
