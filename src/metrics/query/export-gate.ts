import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { QueryGate } from './query-gate.js';

/** The gate of exports: few at once, none waits, each with more time than a query. A slow reader of an export must not keep queries waiting. */
@Injectable()
export class ExportGate {
  private readonly gate: QueryGate;

  constructor(@Inject(CONFIG) config: Pick<Config, 'exportConcurrency' | 'exportTimeoutMs'>) {
    this.gate = new QueryGate(
      { queryConcurrency: config.exportConcurrency, queryTimeoutMs: config.exportTimeoutMs, queryMaxWaiting: 0 },
      { what: 'exports', concurrency: 'EXPORT_CONCURRENCY', timeout: 'EXPORT_TIMEOUT' },
    );
  }

  /** As `QueryGate.run`. */
  run<Answer>(client: AbortSignal, work: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    return this.gate.run(client, work);
  }
}
