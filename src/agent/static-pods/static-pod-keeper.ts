import type { StaticPodChange, StaticPodOrder } from '../../agents/core/static-pod.js';
import type { Log } from '../../platform/log.js';
import { restOf } from '../core/judge-change.js';
import { StaticPodChanges } from './static-pod-changes.js';
import type { StaticPodFolder } from './static-pod-folder.js';
import { StaticPodJournal } from './static-pod-journal.js';

/** After so long a journal that cannot be opened, and an undoing that failed, is tried again. */
const AGAIN_MS = 5_000;

export interface StaticPodKeeperOptions {
  /** Opens the journal. @throws JournalInUseError while another agent of the node has it */
  readonly openJournal: () => StaticPodJournal;
  readonly folder: StaticPodFolder;
  /** Where the agent finds a path of the node. */
  readonly reach: (path: string) => string;
  /** The node's clock, ms since the epoch. */
  readonly nowMs: () => number;
  readonly log: Log;
  /** Five seconds unless set. */
  readonly againMs?: number;
}

/**
 * The static pods of a node: carries out what is asked, and undoes what nobody confirms in time, by its own timers: it needs neither the server nor the API server nor the runtime for that. What an agent
 * before it has left unconfirmed is undone too, when the time is over.
 *
 * The deadline is one of the node's clock in the journal; as long as this process lives the monotonic clock counts. Only who has the journal does anything: where another agent has it, it is tried again and again.
 */
export class StaticPodKeeper {
  private journal: StaticPodJournal | undefined;
  private changes: StaticPodChanges | undefined;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private opening: NodeJS.Timeout | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private isClosed = false;
  /** Called when there may be more to do or to tell: the journal is open, or something was undone. */
  onNews: () => void = () => undefined;

  constructor(private readonly options: StaticPodKeeperOptions) {}

  /** Begins, at once or when the journal is free. */
  start(): void {
    const { openJournal, folder, reach, nowMs, log, againMs = AGAIN_MS } = this.options;
    try {
      this.journal = openJournal();
      this.changes = new StaticPodChanges(this.journal, folder, reach, nowMs);
      this.watch();
      this.onNews();
    } catch (error) {
      log.warn('The journal of static pods cannot be opened; it is tried again', { error });
      this.opening = setTimeout(() => this.start(), againMs);
    }
  }

  /** Whether this agent has the journal: only then it takes tasks about static pods. */
  get isOpen(): boolean {
    return this.changes !== undefined;
  }

  /** @throws StaticPodRefusedError, and what the folder and the journal throw */
  carryOut(order: StaticPodOrder): Promise<StaticPodChange> {
    return this.inTurn(async () => {
      if (!this.changes) throw new Error('another agent of this node has the journal of static pods');
      try {
        return await this.changes.carryOut(order);
      } finally {
        this.watch();
      }
    });
  }

  /** What the server has not heard yet. */
  untold(): readonly StaticPodChange[] {
    return this.journal?.untold() ?? [];
  }

  told(changes: readonly StaticPodChange[]): void {
    this.journal?.told(changes);
  }

  /** Ends the timers: what is pending is the next agent's. Resolves when nothing is being written any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.opening);
    for (const timer of this.timers.values()) clearTimeout(timer);
    await this.turn;
    this.changes = undefined;
    this.journal?.close();
    this.journal = undefined;
  }

  /** Sets a timer for each pending change that has none. */
  private watch(): void {
    for (const entry of this.journal?.pending() ?? [])
      if (!this.timers.has(entry.changeId)) this.undoIn(restOf(entry, this.options.nowMs()), entry.changeId);
  }

  private undoIn(delayMs: number, changeId: string): void {
    if (this.isClosed) return;
    this.timers.set(
      changeId,
      setTimeout(() => void this.inTurn(() => this.undo(changeId)), delayMs),
    );
  }

  /** Never rejects. */
  private async undo(changeId: string): Promise<void> {
    const { log, againMs = AGAIN_MS } = this.options;
    try {
      const change = await this.changes?.undoOverdue(changeId);
      this.timers.delete(changeId);
      if (change) {
        const { fileName, state, because } = change;
        log.warn('A change of a static pod was not confirmed', { changeId, fileName, state, because });
      }
      this.onNews();
    } catch (error) {
      log.error('A change of a static pod cannot be undone; it is tried again', { changeId, error });
      this.undoIn(againMs, changeId);
    }
  }

  /** One after another. */
  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const next = this.turn.then(act);
    this.turn = next.catch(() => undefined); // whoever asked has the error
    return next;
  }
}
