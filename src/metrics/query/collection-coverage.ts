import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { CycleRecords } from '../collect/cycle-records.port.js';
import type { Coverage } from '../coverage.schema.js';
import { sumsOfCycle, toCoverage } from './to-coverage.js';

/** A week at the usual resolution; what is older in a longer range is left out, which the answer tells by `oldestCycleAt`. */
const MOST_CYCLES = 12_000;
/** Cycles that may still be running before the newest closed one. */
const RUNNING_CYCLES = 5;

/** How complete the collections are that an answer is made of. A caller that is limited to namespaces gets counts without node names. */
@Injectable()
export class CollectionCoverage {
  constructor(@Inject(CycleRecords) private readonly cycles: Pick<CycleRecords, 'list' | 'sumClosed'>) {}

  /** Of all closed cycles in the range, its end not included. */
  async over(fromMs: number, toMs: number, caller: Pick<Caller, 'namespaces'>): Promise<Coverage> {
    const sums = await this.cycles.sumClosed({ fromMs, beforeMs: toMs, limit: MOST_CYCLES });
    return toCoverage(sums, caller.namespaces === undefined);
  }

  /** Of the newest closed cycle at or before an instant, if it is at most `lookbackMs` old. */
  async newest(atMs: number, lookbackMs: number, caller: Pick<Caller, 'namespaces'>): Promise<Coverage> {
    const range = { fromMs: atMs - lookbackMs, beforeMs: atMs + 1, limit: RUNNING_CYCLES };
    const closed = (await this.cycles.list(range)).find(({ completeness }) => completeness !== undefined);
    return toCoverage(sumsOfCycle(closed), caller.namespaces === undefined);
  }
}
