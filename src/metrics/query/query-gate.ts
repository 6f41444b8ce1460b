import { Inject, Injectable, Optional } from '@nestjs/common';
import { formatDuration } from '../../core/duration.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import type { LimitName } from '../../platform/limits.js';

type Limits = Pick<Config, 'queryConcurrency' | 'queryTimeoutMs' | 'queryMaxWaiting'>;

/** How a gate's errors call what it bounds. */
export interface GateNames {
  readonly what: string;
  /** The environment variables that hold its limits. */
  readonly concurrency: LimitName;
  readonly timeout: LimitName;
}

/** Injection token of `GateNames`; queries unless it is provided. */
const GATE_NAMES = Symbol('GATE_NAMES');
const QUERIES: GateNames = { what: 'queries', concurrency: 'QUERY_CONCURRENCY', timeout: 'QUERY_TIMEOUT' };

/**
 * Bounds what the metric store has to do: so many queries run at once, so many more wait in the order in which they came, and each has a time
 * limit, its waiting included. A query that was given up keeps its place until the store is done with it, for until then it costs the store as much.
 */
@Injectable()
export class QueryGate {
  private running = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    @Inject(CONFIG) private readonly limits: Limits,
    @Optional() @Inject(GATE_NAMES) private readonly names: GateNames = QUERIES,
  ) {}

  /**
   * Runs a query when there is room.
   * @param client aborted when nobody waits for the answer any more
   * @param query gets a signal that is aborted then and at the time limit
   * @throws ProblemError 429 when too many wait or there was no room in time, 422 when the query itself takes too long or the client has gone
   */
  async run<Answer>(client: AbortSignal, query: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const limit = AbortSignal.timeout(this.limits.queryTimeoutMs);
    const signal = AbortSignal.any([client, limit]);
    const abandoned = rejectOnAbort(signal);
    try {
      await this.enter(signal, abandoned.promise);
      const work = (async () => query(signal))().finally(() => this.leave());
      return await Promise.race([work, abandoned.promise]);
    } catch (error) {
      if (client.aborted) throw gone(error);
      if (limit.aborted && !(error instanceof ProblemError)) throw this.tooLong(error);
      throw error;
    } finally {
      abandoned.dispose();
    }
  }

  private async enter(signal: AbortSignal, abandoned: Promise<never>): Promise<void> {
    signal.throwIfAborted();
    const { queryConcurrency, queryMaxWaiting } = this.limits;
    if (this.running < queryConcurrency) {
      this.running += 1;
      return;
    }
    if (this.waiting.size >= queryMaxWaiting)
      throw this.busy(queryMaxWaiting === 0 ? this.names.concurrency : 'QUERY_MAX_WAITING');
    const turn = Promise.withResolvers<void>();
    this.waiting.add(turn.resolve);
    try {
      await Promise.race([turn.promise, abandoned]);
    } catch (error) {
      // a turn that came in the same moment goes to the next one
      if (!this.waiting.delete(turn.resolve)) this.leave();
      throw signal.aborted ? this.busy(this.names.concurrency, error) : error;
    }
  }

  /** Hands the place to who waits longest, or frees it. */
  private leave(): void {
    const [next] = this.waiting;
    if (!next) {
      this.running -= 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }

  private busy(limit: LimitName, cause?: unknown): ProblemError {
    const { queryConcurrency, queryMaxWaiting } = this.limits;
    const { what, concurrency } = this.names;
    const waiting = queryMaxWaiting === 0 ? '' : ` and up to ${queryMaxWaiting} wait (QUERY_MAX_WAITING)`;
    return new ProblemError(
      'RATE_LIMITED',
      `The metric store is busy: ${queryConcurrency} ${what} run (${concurrency})${waiting}. Try again.`,
      { retryAfterSeconds: 1, limit, cause },
    );
  }

  private tooLong(cause: unknown): ProblemError {
    return new ProblemError(
      'UNPROCESSABLE',
      `The query took longer than ${formatDuration(this.limits.queryTimeoutMs)} (${this.names.timeout}): ask for fewer objects, a shorter range or a larger step.`,
      { limit: this.names.timeout, cause },
    );
  }
}

function gone(cause: unknown): ProblemError {
  return new ProblemError('UNPROCESSABLE', 'The client closed the connection before the answer was there.', { cause });
}

/** A promise that rejects when the signal is aborted; disposing takes its listener away. */
function rejectOnAbort(signal: AbortSignal): { readonly promise: Promise<never>; dispose(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  promise.catch(() => undefined); // whoever races against it sees the reason; without a race there is nobody to tell
  return { promise, dispose: () => signal.removeEventListener('abort', onAbort) };
}
