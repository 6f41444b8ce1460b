import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { type GateNames, WorkGate } from '../../platform/work-gate.js';

const NAMES: GateNames = {
  behind: 'log store',
  what: 'queries',
  hint: 'ask for a shorter span, or name a namespace, a workload or a word',
  variables: {
    concurrency: 'LOGS_QUERY_CONCURRENCY',
    maxWaiting: 'LOGS_QUERY_MAX_WAITING',
    timeout: 'LOGS_QUERY_TIMEOUT',
  },
};

/** The gate of queries before the log store. */
@Injectable()
export class LogQueryGate {
  private readonly gate: WorkGate;

  constructor(
    @Inject(CONFIG) config: Pick<Config, 'logsQueryConcurrency' | 'logsQueryTimeoutMs' | 'logsQueryMaxWaiting'>,
  ) {
    const {
      logsQueryConcurrency: concurrency,
      logsQueryTimeoutMs: timeoutMs,
      logsQueryMaxWaiting: maxWaiting,
    } = config;
    this.gate = new WorkGate({ concurrency, timeoutMs, maxWaiting }, NAMES);
  }

  /** As `WorkGate.run`. */
  run<Answer>(client: AbortSignal, query: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    return this.gate.run(client, query);
  }
}
