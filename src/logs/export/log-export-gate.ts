import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { type GateNames, WorkGate } from '../../platform/work-gate.js';

const NAMES: GateNames = {
  behind: 'log store',
  what: 'exports',
  hint: 'ask for a shorter span, or have it written to a file (POST /api/v1/logs/exports)',
  variables: {
    concurrency: 'LOGS_EXPORT_CONCURRENCY',
    maxWaiting: 'LOGS_EXPORT_CONCURRENCY',
    timeout: 'LOGS_EXPORT_TIMEOUT',
  },
};

/** The gate of exports: few at once, none waits, each with more time than a query. A slow reader of one must not keep queries waiting. */
@Injectable()
export class LogExportGate {
  private readonly gate: WorkGate;

  constructor(@Inject(CONFIG) config: Pick<Config, 'logsExportConcurrency' | 'logsExportTimeoutMs'>) {
    const { logsExportConcurrency: concurrency, logsExportTimeoutMs: timeoutMs } = config;
    this.gate = new WorkGate({ concurrency, timeoutMs, maxWaiting: 0 }, NAMES);
  }

  /** As `WorkGate.run`. */
  run<Answer>(client: AbortSignal, work: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    return this.gate.run(client, work);
  }
}
