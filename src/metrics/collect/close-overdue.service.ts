import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { CloseCycle } from './close-cycle.service.js';
import { COLLECT_OPTIONS, type CollectOptions } from './collect-options.js';
import { CycleRecords } from './cycle-records.port.js';

/** A shard has 45 seconds, and one more try after its worker was lost. */
const LEAST_DEADLINE_MS = 60_000;
const LOOK_BACK_CYCLES = 20;

/** Closes cycles whose shards did not all report in time: a shard that died must not hold its cycle for ever. */
@Injectable()
export class CloseOverdue {
  constructor(
    private readonly records: CycleRecords,
    private readonly closing: CloseCycle,
    private readonly clock: Clock,
    @Inject(COLLECT_OPTIONS) private readonly options: CollectOptions,
  ) {}

  /** Closes what is overdue among the cycles before this one. @returns how many are still running in time */
  async close(beforeCycleMs: number): Promise<number> {
    const nowMs = this.clock.now();
    const lookBackMs = LOOK_BACK_CYCLES * Math.max(this.options.resolutionMs, LEAST_DEADLINE_MS);
    const range = { fromMs: beforeCycleMs - lookBackMs, beforeMs: beforeCycleMs, limit: 1000 };
    const open = (await this.records.list(range)).filter(({ completeness }) => !completeness);
    const overdue = open.filter(
      ({ startedAtMs, resolutionMs }) => nowMs > startedAtMs + Math.max(LEAST_DEADLINE_MS, resolutionMs),
    );
    for (const { cycleAtMs } of overdue) await this.closing.close(cycleAtMs);
    return open.length - overdue.length;
  }
}
