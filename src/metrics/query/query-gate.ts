import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { SharedTurns } from '../../platform/shared-turns.js';
import { type GateNames, WorkGate } from '../../platform/work-gate.js';
import type { Asked } from '../../auth/asked.js';

const NAMES: GateNames = {
  behind: 'metric store',
  what: 'queries',
  hint: 'ask for fewer objects, a shorter range or a larger step',
  variables: { concurrency: 'QUERY_CONCURRENCY', maxWaiting: 'QUERY_MAX_WAITING', timeout: 'QUERY_TIMEOUT' },
};

/** The gate of queries before the metric store. */
@Injectable()
export class QueryGate {
  private readonly turns: SharedTurns;

  constructor(@Inject(CONFIG) config: Pick<Config, 'queryConcurrency' | 'queryTimeoutMs' | 'queryMaxWaiting'>) {
    const { queryConcurrency: concurrency, queryTimeoutMs: timeoutMs, queryMaxWaiting: maxWaiting } = config;
    this.turns = new SharedTurns(new WorkGate({ concurrency, timeoutMs, maxWaiting }, NAMES));
  }

  /** As `WorkGate.run`. */
  run<Answer>(client: AbortSignal, query: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    return this.turns.run(undefined, client, query);
  }

  /** The same; who asks the same as one that still waits shares its answer (`SharedTurns`). */
  share<Answer>(
    { same, signal }: Pick<Asked, 'same' | 'signal'>,
    query: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    return this.turns.run(same, signal, query);
  }
}
