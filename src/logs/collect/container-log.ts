import { ProblemError } from '../../platform/errors.js';
import type { Clock } from '../../platform/clock.js';
import type { LogRecord } from '../core/log-record.js';
import type { ContainerLife, LogPosition } from './core/log-position.js';
import type { ContainerKey } from './followed-container.js';
import { PodLogError, type PodLogs } from './pod-log.port.js';
import { readLog } from './read-log.js';
import { type MadeRecord, type PodFacts, RecordMaker } from './record-maker.js';

const SECOND_NS = 1_000_000_000n;

/** A record, and the last of its lines in the log. */
export interface ReadRecord {
  readonly record: LogRecord;
  readonly position: LogPosition;
}

/** The log of a container's newest life, read from the cluster as far as it is written. */
export class ContainerLog {
  constructor(
    private readonly podLogs: PodLogs,
    private readonly about: { readonly key: ContainerKey; readonly life: ContainerLife; readonly facts: PodFacts },
    private readonly clock: Clock,
  ) {}

  /**
   * The records from an instant on, in the order of the log; or those behind a position.
   * @throws ProblemError 503 when the cluster does not give it; a log that is not there (any more) has no records
   */
  async *read(
    start: { readonly fromNs?: bigint; readonly after?: LogPosition },
    signal: AbortSignal,
  ): AsyncGenerator<ReadRecord> {
    const leaving = new AbortController();
    try {
      yield* this.records(start, AbortSignal.any([signal, leaving.signal]));
    } catch (error) {
      if (!(error instanceof PodLogError)) throw error;
      if (error.failure === 'gone' || error.failure === 'not-started') return;
      const { container } = this.about.key;
      throw new ProblemError('UNAVAILABLE', `The cluster does not give the log of container ${container}.`, {
        cause: error,
      });
    } finally {
      leaving.abort(new Error('the log is left'));
    }
  }

  private async *records(
    { fromNs = 0n, after }: { readonly fromNs?: bigint; readonly after?: LogPosition },
    signal: AbortSignal,
  ): AsyncGenerator<ReadRecord> {
    const { key, life, facts } = this.about;
    const { namespace, pod, container } = key;
    const since = Number((after ? after.timeNs - SECOND_NS : fromNs) / SECOND_NS); // a second earlier: positions are counted within a stamp
    const request = { namespace, pod, container, isPrevious: false, follow: false };
    const chunks = await this.podLogs.open(since > 0 ? { ...request, sinceSeconds: since } : request, signal);
    const maker = new RecordMaker(key, () => facts);
    const nowMs = this.clock.now();
    const options = { from: after, isOver: false, idleMs: 0, onUnstamped: () => undefined };
    for await (const { lines } of readLog(chunks, options))
      for (const line of lines) yield* complete(maker.push({ life, line, readAtMs: nowMs }, nowMs));
    yield* complete(maker.push({ life, readAtMs: nowMs }, nowMs));
  }
}

function* complete(made: readonly MadeRecord[]): Generator<ReadRecord> {
  for (const { record, checkpoint } of made)
    if (record && checkpoint.position) yield { record, position: checkpoint.position };
}
