import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { type GateNames, WorkGate } from '../../platform/work-gate.js';

const NAMES: GateNames = {
  behind: 'metric store',
  what: 'exports',
  hint: 'ask for fewer objects, a shorter range or a larger step',
  variables: { concurrency: 'EXPORT_CONCURRENCY', maxWaiting: 'EXPORT_CONCURRENCY', timeout: 'EXPORT_TIMEOUT' },
};

/** The gate of exports: few at once, none waits, each with more time than a query. A slow reader of an export must not keep queries waiting. */
@Injectable()
export class ExportGate {
  private readonly gate: WorkGate;

  constructor(@Inject(CONFIG) config: Pick<Config, 'exportConcurrency' | 'exportTimeoutMs'>) {
    const { exportConcurrency: concurrency, exportTimeoutMs: timeoutMs } = config;
    this.gate = new WorkGate({ concurrency, timeoutMs, maxWaiting: 0 }, NAMES);
  }

  /** As `WorkGate.run`. */
  run<Answer>(client: AbortSignal, work: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    return this.gate.run(client, work);
  }
}
