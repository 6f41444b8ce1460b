import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { type GateNames, WorkGate } from '../../platform/work-gate.js';

const NAMES: GateNames = {
  behind: 'metric store',
  what: 'queries',
  hint: 'ask for fewer objects, a shorter range or a larger step',
  variables: { concurrency: 'QUERY_CONCURRENCY', maxWaiting: 'QUERY_MAX_WAITING', timeout: 'QUERY_TIMEOUT' },
};

/** The gate of queries before the metric store. */
@Injectable()
export class QueryGate {
  private readonly gate: WorkGate;

  constructor(@Inject(CONFIG) config: Pick<Config, 'queryConcurrency' | 'queryTimeoutMs' | 'queryMaxWaiting'>) {
    const { queryConcurrency: concurrency, queryTimeoutMs: timeoutMs, queryMaxWaiting: maxWaiting } = config;
    this.gate = new WorkGate({ concurrency, timeoutMs, maxWaiting }, NAMES);
  }

  /** As `WorkGate.run`. */
  run<Answer>(client: AbortSignal, query: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    return this.gate.run(client, query);
  }
}
