import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { CloseCycle } from './close-cycle.service.js';
import { CollectShard } from './collect-shard.service.js';

/** Collects the nodes of one shard. */
@HandlesJob('metrics.collect-shard')
@Injectable()
export class CollectShardProcessor implements JobHandler<'metrics.collect-shard'> {
  constructor(
    private readonly shards: CollectShard,
    private readonly closing: CloseCycle,
  ) {}

  async handle(payload: PayloadOf<'metrics.collect-shard'>, { signal, log }: JobContext): Promise<object> {
    const { present, missing, isLate } = await this.shards.collect(payload, signal);
    for (const node of missing) log.info('A node is missing from a cycle', { cycleAtMs: payload.cycleAtMs, ...node });
    if (isLate) await this.closing.close(payload.cycleAtMs);
    return { present, missing: missing.length };
  }
}
