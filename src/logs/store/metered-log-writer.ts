import { OwnMetrics } from '../../platform/own-metrics.js';
import type { LogRecord } from '../core/log-record.js';
import type { PackedLines } from '../core/pack/packed-lines.js';
import { type AppendOutcome, LogStoreBusyError, LogWriter } from './log-store.port.js';

/** Counts in `/metrics` what is written to a log store. */
export class MeteredLogWriter extends LogWriter {
  private readonly lines;
  private readonly refused;
  private readonly seconds;

  constructor(
    private readonly store: LogWriter,
    metrics: OwnMetrics,
  ) {
    super();
    this.lines = metrics.counter('log_appended_lines_total', 'Log lines, by what became of them.', ['outcome']);
    this.refused = metrics.counter('log_refused_lines_total', 'Log lines that the store had no room for at that time.');
    this.seconds = metrics.histogram('log_append_seconds', 'How long it took until lines were durable.');
  }

  override async append(records: readonly LogRecord[] | PackedLines): Promise<readonly AppendOutcome[]> {
    const end = this.seconds.startTimer();
    try {
      const outcomes = await this.store.append(records);
      const known = outcomes.reduce((sum, outcome) => (outcome === 'known' ? sum + 1 : sum), 0);
      this.lines.inc({ outcome: 'known' }, known);
      this.lines.inc({ outcome: 'stored' }, outcomes.length - known);
      return outcomes;
    } catch (error) {
      if (error instanceof LogStoreBusyError) this.refused.inc('count' in records ? records.count : records.length);
      throw error;
    } finally {
      end();
    }
  }
}
