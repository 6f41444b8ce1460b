import { setTimeout as delay } from 'node:timers/promises';
import type { ItemReport } from '../agents/core/task.js';
import type { Log } from '../platform/log.js';
import { ServerAwayError, type AgentServer } from './agent-server.port.js';
import { orAborted } from './or-aborted.js';

/** What was told waits at most so long for more. */
const BATCH_MS = 1_000;
const AGAIN_MS = 1_000;
const MAX_ITEMS = 2_000;

/**
 * Tells the server what one attempt at a task does, in order and each report once, and holds the task: a report renews the lease, and where there is nothing to tell, one
 * without items does, at a third of it.
 */
export class TaskReporter {
  private readonly losing = new AbortController();
  private readonly closing = new AbortController();
  private waiting: ItemReport[] = [];
  private sequence = 0;
  private sending: Promise<void> = Promise.resolve();
  private batch: NodeJS.Timeout | undefined;
  private readonly heartbeat: NodeJS.Timeout;
  private isCancelled = false;

  constructor(
    private readonly server: AgentServer,
    private readonly task: string,
    private readonly attempt: number,
    leaseMs: number,
    private readonly log: Log,
  ) {
    this.heartbeat = setInterval(() => this.sendBehind(), leaseMs / 3);
  }

  /** Aborted, with the server's word, when this attempt does not count any more. */
  get lost(): AbortSignal {
    return this.losing.signal;
  }

  /** Whether the server has said that the task was cancelled. */
  get cancelled(): boolean {
    return this.isCancelled;
  }

  /** Tells with the next report, within a second. */
  tell(item: ItemReport): void {
    this.waiting.push(item);
    this.batch ??= setTimeout(() => this.sendBehind(), BATCH_MS);
  }

  /**
   * Resolves when the server has noted all that was told. A server that is away is told again and again: before a removal nothing is lost by waiting.
   * @throws AttemptLostError; the signal's reason
   */
  flush(signal: AbortSignal): Promise<void> {
    return orAborted(this.waiting.length > 0 ? this.send() : this.sent(), signal);
  }

  /** Nothing is told after this, and no lease renewed. */
  close(): void {
    clearInterval(this.heartbeat);
    clearTimeout(this.batch);
    this.closing.abort();
  }

  /** Resolves when what was told before is noted. */
  private async sent(): Promise<void> {
    await this.sending;
    this.lost.throwIfAborted();
  }

  private sendBehind(): void {
    this.send().catch((error: unknown) => this.log.debug('A report was not taken', { task: this.task, error }));
  }

  /** One report after another; what is told meanwhile goes with the next. */
  private send(): Promise<void> {
    clearTimeout(this.batch);
    this.batch = undefined;
    const next = this.sending.then(() => this.sendAll());
    this.sending = next.catch(() => undefined);
    return next;
  }

  private async sendAll(): Promise<void> {
    do await this.sendOne(this.waiting.splice(0, MAX_ITEMS));
    while (this.waiting.length > 0);
  }

  private async sendOne(items: ItemReport[]): Promise<void> {
    const isTold = items.length > 0;
    const body = { attempt: this.attempt, items, ...(isTold ? { sequence: (this.sequence += 1) } : {}) };
    for (;;) {
      this.lost.throwIfAborted();
      try {
        const { cancelled } = await this.server.report(this.task, body);
        this.isCancelled ||= cancelled;
        return;
      } catch (error) {
        if (!(error instanceof ServerAwayError)) this.losing.abort(error);
        if (!(error instanceof ServerAwayError) || this.closing.signal.aborted) throw error;
        if (!isTold) return; // a lease that is not renewed lapses; whoever has the task then, the next report hears it
        this.log.warn('The server does not take a report; it is sent again', { task: this.task, error });
        await delay(AGAIN_MS, undefined, { signal: this.closing.signal }).catch(() => undefined); // closed: one last time
      }
    }
  }
}
