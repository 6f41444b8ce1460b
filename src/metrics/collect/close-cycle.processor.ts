import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { OwnMetrics } from '../../platform/own-metrics.js';
import { CloseCycle } from './close-cycle.service.js';

/** Closes a cycle when each of its shards has ended. */
@HandlesJob('metrics.close-cycle')
@Injectable()
export class CloseCycleProcessor implements JobHandler<'metrics.close-cycle'> {
  private readonly durations;

  constructor(
    private readonly closing: CloseCycle,
    metrics: OwnMetrics,
  ) {
    this.durations = metrics.histogram(
      'cycle_duration_seconds',
      'How long collection cycles took, from start to close.',
    );
  }

  async handle({ cycleAtMs }: PayloadOf<'metrics.close-cycle'>, { log }: JobContext): Promise<object> {
    const cycle = await this.closing.close(cycleAtMs);
    if (!cycle?.completeness) return { unknown: true };
    const { nodesExpected, startedAtMs } = cycle;
    const { closedAtMs, nodesPresent } = cycle.completeness;
    this.durations.observe((closedAtMs - startedAtMs) / 1000);
    log.debug('A collection cycle is closed', {
      cycleAtMs,
      nodesExpected,
      nodesPresent,
      tookMs: closedAtMs - startedAtMs,
    });
    return { nodesExpected, nodesPresent };
  }
}
