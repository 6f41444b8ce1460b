import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { LimitHits } from '../../platform/limit-hits.js';
import type { LogFilter, LogSpan } from '../core/filter/log-filter.js';
import type { LostLines } from '../store/log-store.port.js';
import { CoverageOfAnswer } from './coverage-of-answer.js';
import type { LogCoverageView } from './log-coverage.schema.js';
import { LogQueryGate } from './log-query-gate.js';

/** What was found, and what the store could not read for it. */
export interface Found<Answer> {
  readonly answer: Answer;
  readonly lost: readonly LostLines[];
  /** Absent: they stand in the store. */
  readonly source?: LogCoverageView['source'];
}

/** Has a question answered behind the gate, and adds what each answer says of itself. */
@Injectable()
export class LogAnswers {
  constructor(
    private readonly gate: LogQueryGate,
    private readonly coverage: CoverageOfAnswer,
    private readonly clock: Clock,
    private readonly hits: LimitHits,
  ) {}

  /** @param client aborted when nobody waits for the answer any more @throws as `WorkGate.run` */
  async give<Answer extends object>(
    filter: LogFilter,
    span: LogSpan,
    client: AbortSignal,
    find: (signal: AbortSignal) => Promise<Found<Answer>>,
  ): Promise<Answer & { coverage: LogCoverageView; tookMs: number }> {
    const startedMs = this.clock.now();
    const { answer, lost, source = 'store' } = await this.gate.run(client, find);
    if (source === 'cluster' && lost.length > 0) this.hits.cut('LOGS_CLUSTER_MAX_BYTES');
    const coverage = { source, ...(await this.coverage.tell(filter, span, lost)) };
    return { ...answer, coverage, tookMs: this.clock.now() - startedMs };
  }
}
