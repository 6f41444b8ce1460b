import { Injectable } from '@nestjs/common';
import type { PayloadOf } from '../../jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../jobs/job-handler.js';
import { JobQueue } from '../../jobs/job-queue.port.js';
import { MetricUpkeep } from '../metric-upkeep.port.js';
import { CloseOverdue } from './close-overdue.service.js';
import { ClusterUnknownError, StartCycle } from './start-cycle.service.js';

/** More cycles than this at once would only be in each other's way. */
const MOST_OPEN_CYCLES = 3;

type Started = { readonly cycleAtMs: number; readonly shards: number } | { readonly skipped: string };

/** Starts the cycle that is due: one job a shard, and the parent that closes it. */
@HandlesJob('metrics.start-cycle')
@Injectable()
export class StartCycleProcessor implements JobHandler<'metrics.start-cycle'> {
  constructor(
    private readonly cycles: StartCycle,
    private readonly overdue: CloseOverdue,
    private readonly upkeep: MetricUpkeep,
    private readonly queue: JobQueue,
  ) {}

  async handle(payload: PayloadOf<'metrics.start-cycle'>, { log }: JobContext): Promise<Started> {
    const cycleAtMs = payload.cycleAtMs ?? this.cycles.dueCycleMs();
    const open = await this.overdue.close(cycleAtMs);
    const skipped = await this.whySkip(open, log);
    if (skipped === undefined) return this.start(cycleAtMs, log);
    log.warn('A collection cycle is left out', { cycleAt: new Date(cycleAtMs).toISOString(), because: skipped });
    return { skipped };
  }

  private async whySkip(openCycles: number, log: JobContext['log']): Promise<string | undefined> {
    if (openCycles >= MOST_OPEN_CYCLES) return `${openCycles} cycles before it are still running`;
    try {
      return (await this.upkeep.state()).refusal;
    } catch (error) {
      // Before a store on a server stands the spool: what is collected waits there. What an embedded store cannot take fails where it is written.
      log.warn('The metric store does not answer', { error });
      return undefined;
    }
  }

  private async start(cycleAtMs: number, log: JobContext['log']): Promise<Started> {
    try {
      const shards = await this.cycles.start(cycleAtMs);
      await this.queue.enqueueFlow({
        parent: { name: 'metrics.close-cycle', payload: { cycleAtMs }, id: String(cycleAtMs) },
        children: shards.map((shard) => ({
          name: 'metrics.collect-shard' as const,
          payload: { ...shard, nodes: [...shard.nodes] },
          id: `${cycleAtMs}-${shard.shard}`,
        })),
      });
      return { cycleAtMs, shards: shards.length };
    } catch (error) {
      if (!(error instanceof ClusterUnknownError)) throw error;
      log.info('A collection cycle waits for the first list of the cluster');
      return { skipped: error.message };
    }
  }
}
