import { ProblemError } from '../../platform/errors.js';
import type { Clock } from '../../platform/clock.js';
import type { LogRecord } from '../core/log-record.js';
import type { ContainerLife, LogPosition } from './core/log-position.js';
import type { ContainerKey } from './followed-container.js';
import { PodLogError, type PodLogFailure, type PodLogs } from './pod-log.port.js';
import { readLog } from './read-log.js';
import { type MadeRecord, type PodFacts, RecordMaker } from './record-maker.js';

const SECOND_NS = 1_000_000_000n;
/** A log that is not there (any more). */
const NO_LOG: ReadonlySet<PodLogFailure> = new Set(['gone', 'not-started', 'unreadable']);

/** A record, and the last of its lines in the log. */
export interface ReadRecord {
  readonly record: LogRecord;
  readonly position: LogPosition;
}

/** A container, its lives that the cluster still has logs of, and what is known of its pod. */
export interface LoggedContainer {
  readonly key: ContainerKey;
  readonly newest: ContainerLife;
  /** The one that ended before the newest began. */
  readonly previous?: ContainerLife;
  readonly facts: PodFacts;
}

/** The log of a container, read from the cluster as far as it is written. A log that is not there (any more) has no records. */
export class ContainerLog {
  constructor(
    private readonly podLogs: PodLogs,
    private readonly about: LoggedContainer,
    private readonly clock: Clock,
  ) {}

  /**
   * The records of the life before the newest one and of the newest one, from an instant on, each in the order of its log.
   * @throws ProblemError 503 when the cluster does not give it
   */
  async *read(fromNs: bigint, signal: AbortSignal): AsyncGenerator<LogRecord> {
    const { newest, previous } = this.about;
    let endNs = -1n;
    if (previous) {
      for await (const { record } of this.records(previous, { fromNs, isPrevious: true }, signal)) {
        endNs = record.timeNs > endNs ? record.timeNs : endNs;
        yield record;
      }
    }
    // what is not younger was read: the container has ended since its lives were listed, and its newest log is the previous one by now
    for await (const { record } of this.records(newest, { fromNs, isPrevious: false }, signal))
      if (record.timeNs > endNs) yield record;
  }

  /**
   * The records behind a position of the newest life, with those of the next one if it has begun meanwhile; without a position all of the newest life. Until the cluster's word of that
   * restart has come here its lines bear the number of the life before.
   * @throws as `read`
   */
  readOn(after: LogPosition | undefined, signal: AbortSignal): AsyncGenerator<ReadRecord> {
    return this.records(this.about.newest, { ...(after ? { after } : {}), isPrevious: false }, signal);
  }

  private async *records(life: ContainerLife, start: Start, signal: AbortSignal): AsyncGenerator<ReadRecord> {
    const leaving = new AbortController();
    try {
      yield* this.opened(life, start, AbortSignal.any([signal, leaving.signal]));
    } catch (error) {
      if (!(error instanceof PodLogError)) throw error;
      if (NO_LOG.has(error.failure)) return;
      const { container } = this.about.key;
      throw new ProblemError('UNAVAILABLE', `The cluster does not give the log of container ${container}.`, {
        cause: error,
      });
    } finally {
      leaving.abort(new Error('the log is left'));
    }
  }

  private async *opened(
    life: ContainerLife,
    { fromNs = 0n, after, isPrevious }: Start,
    signal: AbortSignal,
  ): AsyncGenerator<ReadRecord> {
    const { key, facts } = this.about;
    const { namespace, pod, container } = key;
    const since = Number((after ? after.timeNs - SECOND_NS : fromNs) / SECOND_NS); // a second earlier: positions are counted within a stamp
    const request = { namespace, pod, container, isPrevious, follow: false };
    const chunks = await this.podLogs.open(since > 0 ? { ...request, sinceSeconds: since } : request, signal);
    const maker = new RecordMaker(key, () => facts);
    const nowMs = this.clock.now();
    const options = { from: after, isOver: isPrevious, idleMs: 0, onUnstamped: () => undefined };
    for await (const { lines, gap } of readLog(chunks, options)) {
      // the position is not in this log: it may stand in that of a life that has ended since
      if (gap && after && !isPrevious) yield* this.records(life, { after, isPrevious: true }, signal);
      for (const line of lines) yield* complete(maker.push({ life, line, readAtMs: nowMs }, nowMs));
    }
    yield* complete(maker.push({ life, readAtMs: nowMs }, nowMs));
  }
}

interface Start {
  readonly fromNs?: bigint;
  readonly after?: LogPosition;
  /** Which of the two logs that the cluster gives. */
  readonly isPrevious: boolean;
}

function* complete(made: readonly MadeRecord[]): Generator<ReadRecord> {
  for (const { record, checkpoint } of made)
    if (record && checkpoint.position) yield { record, position: checkpoint.position };
}
