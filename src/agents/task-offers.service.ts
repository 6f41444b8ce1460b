import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { ProblemError } from '../platform/errors.js';
import { Log } from '../platform/log.js';
import { AgentPresence } from './agent-presence.js';
import { AgentWorkRecords, type AvailableTask } from './agent-work-records.port.js';
import type { TaskKind } from './core/task.js';
import { rungOrLate, TaskBell } from './task-bell.js';

/** Tasks that other processes made, and leases that lapsed, are seen by then. */
const LOOK_EVERY_MS = 1_000;
const RETRY_AFTER_SECONDS = 5;

interface Waiter {
  readonly node: string;
  readonly kinds: ReadonlySet<TaskKind>;
  readonly answer: (tasks: readonly AvailableTask[]) => void;
}

/** Lets agents wait for tasks: however many wait, one question to the records a second, and one at once when a task is made in this process. */
@Injectable()
export class TaskOffers implements OnModuleDestroy {
  private readonly waiters = new Set<Waiter>();
  private readonly stop = new AbortController();
  private looking: Promise<void> | undefined;

  constructor(
    private readonly work: AgentWorkRecords,
    private readonly presence: AgentPresence,
    private readonly bell: TaskBell,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(CONFIG) private readonly config: Pick<Config, 'agentMaxWaiting'>,
  ) {}

  /** Those who wait are answered with nothing, so that the process need not wait for them. */
  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    for (const waiter of this.waiters) waiter.answer([]);
    await this.looking;
  }

  /**
   * What an agent of the node may take of these kinds, the oldest first; nothing when the wait is over, the process stops or the agent has gone.
   * @throws ProblemError 429 while too many wait; 503 once the process stops, so that whoever was sent away does not come back at once
   */
  async next(
    node: string,
    kinds: readonly TaskKind[],
    waitMs: number,
    gone: AbortSignal,
  ): Promise<readonly AvailableTask[]> {
    this.mustServe();
    this.presence.spoke(node);
    if (this.waiters.size >= this.config.agentMaxWaiting)
      throw new ProblemError('RATE_LIMITED', 'Too many agents wait for tasks at this process.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    const wanted = new Set(kinds);
    const found = await this.work.available([node], this.clock.now());
    const now = found.filter(({ kind }) => wanted.has(kind));
    if (now.length > 0 || waitMs === 0 || gone.aborted || this.stop.signal.aborted) return now;
    return this.wait(node, wanted, waitMs, gone);
  }

  /** @throws ProblemError 503 once the process stops */
  mustServe(): void {
    if (this.stop.signal.aborted)
      throw new ProblemError('UNAVAILABLE', 'This process stops.', { retryAfterSeconds: RETRY_AFTER_SECONDS });
  }

  private wait(
    node: string,
    kinds: ReadonlySet<TaskKind>,
    waitMs: number,
    gone: AbortSignal,
  ): Promise<readonly AvailableTask[]> {
    const left = this.presence.waits(node);
    return new Promise<readonly AvailableTask[]>((resolve) => {
      const end = (): void => waiter.answer([]);
      const timer = setTimeout(end, waitMs);
      gone.addEventListener('abort', end, { once: true });
      const waiter: Waiter = {
        node,
        kinds,
        answer: (tasks) => {
          clearTimeout(timer);
          gone.removeEventListener('abort', end);
          this.waiters.delete(waiter);
          left();
          resolve(tasks);
        },
      };
      this.waiters.add(waiter);
      this.looking ??= this.look();
    });
  }

  /** Asks for all who wait, again and again while any does. */
  private async look(): Promise<void> {
    while (this.waiters.size > 0 && !this.stop.signal.aborted) {
      const rung = this.bell.next();
      try {
        await this.answerAll();
      } catch (error) {
        this.log.warn('The tasks of agents cannot be read', { error });
      }
      await rungOrLate(rung, LOOK_EVERY_MS, this.stop.signal);
    }
    this.looking = undefined; // at once with the condition: who comes now begins another look
  }

  private async answerAll(): Promise<void> {
    const nodes = [...new Set([...this.waiters].map(({ node }) => node))];
    const byNode = Map.groupBy(await this.work.available(nodes, this.clock.now()), ({ node }) => node);
    for (const waiter of this.waiters) {
      const tasks = (byNode.get(waiter.node) ?? []).filter(({ kind }) => waiter.kinds.has(kind));
      if (tasks.length > 0) waiter.answer(tasks);
    }
  }
}
