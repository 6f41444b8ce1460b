import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { WriteEventSink } from './write-event-sink.service.js';

/** Copies what a sink of events lacks. */
@HandlesJob('events.write-sink')
@Injectable()
export class WriteEventSinkProcessor implements JobHandler<'events.write-sink'>, OnApplicationBootstrap {
  constructor(private readonly writing: WriteEventSink) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.writing.begin();
  }

  handle({ sink }: PayloadOf<'events.write-sink'>, { signal }: JobContext): Promise<object> {
    return this.writing.run(sink, signal);
  }
}
