import { formatDuration } from '../core/duration.js';
import { ProblemError } from './errors.js';
import type { LimitName } from './limits.js';

/** What a gate lets through. */
export interface GateLimits {
  /** How much runs at once, and how much more waits. */
  readonly concurrency: number;
  readonly maxWaiting: number;
  readonly timeoutMs: number;
}

/** How a gate's errors call what it bounds. */
export interface GateNames {
  /** What stands behind it: `metric store`. */
  readonly behind: string;
  /** What goes through it: `queries`. */
  readonly what: string;
  /** How one that takes too long may be made quicker, after a colon. */
  readonly hint: string;
  /** The environment variables that hold its limits. */
  readonly variables: Readonly<Record<'concurrency' | 'maxWaiting' | 'timeout', LimitName>>;
}

/**
 * Bounds what an engine has to do: so many pieces of work run at once, so many more wait in the order in which they came, and each has a time
 * limit, its waiting included. What was given up keeps its place until the engine is done with it, for until then it costs as much.
 */
export class WorkGate {
  private running = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly limits: GateLimits,
    private readonly names: GateNames,
  ) {}

  /**
   * Runs a query when there is room.
   * @param client aborted when nobody waits for the answer any more
   * @param query gets a signal that is aborted then and at the time limit
   * @throws ProblemError 429 when too many wait or there was no room in time, 422 when the query itself takes too long or the client has gone
   */
  async run<Answer>(client: AbortSignal, query: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const limit = AbortSignal.timeout(this.limits.timeoutMs);
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
    const { concurrency, maxWaiting } = this.limits;
    const { variables } = this.names;
    if (this.running < concurrency) {
      this.running += 1;
      return;
    }
    if (this.waiting.size >= maxWaiting)
      throw this.busy(maxWaiting === 0 ? variables.concurrency : variables.maxWaiting);
    const turn = Promise.withResolvers<void>();
    this.waiting.add(turn.resolve);
    try {
      await Promise.race([turn.promise, abandoned]);
    } catch (error) {
      // a turn that came in the same moment goes to the next one
      if (!this.waiting.delete(turn.resolve)) this.leave();
      throw signal.aborted ? this.busy(variables.concurrency, error) : error;
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
    const { concurrency, maxWaiting } = this.limits;
    const { behind, what, variables } = this.names;
    const waiting = maxWaiting === 0 ? '' : ` and up to ${maxWaiting} wait (${variables.maxWaiting})`;
    return new ProblemError(
      'RATE_LIMITED',
      `The ${behind} is busy: ${concurrency} ${what} run (${variables.concurrency})${waiting}. Try again.`,
      { retryAfterSeconds: 1, limit, cause },
    );
  }

  private tooLong(cause: unknown): ProblemError {
    const { hint, variables } = this.names;
    return new ProblemError(
      'UNPROCESSABLE',
      `The query took longer than ${formatDuration(this.limits.timeoutMs)} (${variables.timeout}): ${hint}.`,
      { limit: variables.timeout, cause },
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
