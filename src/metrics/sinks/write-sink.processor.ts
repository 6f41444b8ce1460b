import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { WriteSink } from './write-sink.service.js';

/** Copies what a metric sink lacks. */
@HandlesJob('metrics.write-sink')
@Injectable()
export class WriteSinkProcessor implements JobHandler<'metrics.write-sink'>, OnApplicationBootstrap {
  constructor(private readonly writing: WriteSink) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.writing.begin();
  }

  handle({ sink }: PayloadOf<'metrics.write-sink'>, { signal }: JobContext): Promise<object> {
    return this.writing.run(sink, signal);
  }
}
