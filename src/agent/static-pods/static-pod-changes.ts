import { stat } from 'node:fs/promises';
import { formatDuration } from '../../core/duration.js';
import type { StaticPodChange, StaticPodOrder } from '../../agents/core/static-pod.js';
import { firstOfChain } from '../core/first-of-chain.js';
import { type FoundManifestIs, judgeConfirmation, judgeUndoing } from '../core/judge-change.js';
import type { ManifestFile, StaticPodFolder } from './static-pod-folder.js';
import type { JournalEntry, StaticPodJournal } from './static-pod-journal.js';

type Making = Extract<StaticPodOrder, { readonly fileName: string }>;

/** As kubeadm makes manifests. */
const NEW_MODE = 0o600;

/** An order is not carried out, and nothing was written for it; the message says why, as a sentence for people. */
export class StaticPodRefusedError extends Error {
  override readonly name = 'StaticPodRefusedError';
}

/**
 * Makes, confirms and undoes changes of manifests. One call at a time.
 *
 * A change is noted in the journal, with what was there before, before the folder is touched; what is undone is noted after it. So whoever reads the journal after a death at any point can undo each change,
 * once or again, and an order that comes again goes on where the first was.
 */
export class StaticPodChanges {
  constructor(
    private readonly journal: StaticPodJournal,
    private readonly folder: StaticPodFolder,
    /** Where the agent finds a path of the node. */
    private readonly reach: (path: string) => string,
    private readonly nowMs: () => number,
  ) {}

  /** @throws StaticPodRefusedError, and what the folder and the journal throw */
  async carryOut(order: StaticPodOrder): Promise<StaticPodChange> {
    if (isMaking(order)) return this.make(order);
    const entry = this.journal.find(order.changeId);
    if (!entry) throw new StaticPodRefusedError(`there is no change ${order.changeId}`);
    return order.do === 'confirm' ? this.confirm(entry) : this.restore(entry);
  }

  /** Undoes a change whose time is over; undefined when it is not pending any more, and stays as it is. */
  async undoOverdue(changeId: string): Promise<StaticPodChange | undefined> {
    const entry = this.journal.find(changeId);
    if (entry?.state !== 'pending') return undefined;
    return this.undo(entry, `it was not confirmed within ${formatDuration(entry.confirmWithinMs)}`);
  }

  private async make(order: Making): Promise<StaticPodChange> {
    const known = this.journal.find(order.changeId);
    if (known) return this.goOn(known, order);
    const { changeId, fileName, confirmWithinMs } = order;
    const other = this.journal.pending().find((entry) => entry.fileName === fileName);
    if (other)
      throw new StaticPodRefusedError(
        `the change ${other.changeId} of ${fileName} is not confirmed yet: confirm it, restore it or wait until its time is over`,
      );
    if (order.do === 'install') await this.check(order);
    const before = await this.folder.find(fileName);
    const after = this.afterOf(order, before);
    this.journal.begin({
      changeId,
      fileName,
      state: 'pending',
      because: 'it waits to be confirmed',
      replaced: before !== undefined,
      keepsManifest: after !== undefined,
      before,
      after,
      confirmWithinMs,
      deadlineAtMs: this.nowMs() + confirmWithinMs,
    });
    return this.write(this.noted(changeId));
  }

  /** What is to be there, whatever is there now. @param now the file as it is */
  private afterOf(order: Making, now: ManifestFile | undefined): Buffer | undefined {
    if (order.do === 'install') return Buffer.from(order.manifest);
    if (order.do === 'remove') return undefined;
    const stayed = this.journal.stayed(order.fileName);
    const first = firstOfChain(stayed, now?.bytes, isSame);
    if (first) return first.before && Buffer.from(first.before.bytes);
    throw new StaticPodRefusedError(
      stayed.length === 0
        ? `no change of ${order.fileName} that stayed is known here, so that what was there before is not known either: put it back by hand`
        : `${order.fileName} is not what was written last, so that somebody else has changed it since: put it back by hand`,
    );
  }

  private async check({ manifest, mustExist }: Extract<StaticPodOrder, { readonly do: 'install' }>): Promise<void> {
    const { whyNoStaticPod } = await import('../../agents/why-no-static-pod.js'); // an idle agent has no parser in its memory
    const why = whyNoStaticPod(manifest);
    if (why !== undefined) throw new StaticPodRefusedError(`the manifest is not taken: ${why}`);
    const missing: string[] = [];
    for (const path of mustExist) if (!(await isThere(this.reach(path)))) missing.push(path);
    if (missing.length > 0)
      throw new StaticPodRefusedError(
        `not on the node: ${missing.join(', ')}; put it there first, nothing was written`,
      );
  }

  /** An order that was carried out before, or begun by an agent that died. */
  private async goOn(known: JournalEntry, order: Making): Promise<StaticPodChange> {
    const isSameChange = order.do === 'putBack' || isSame(known.after, this.afterOf(order, known.before));
    if (known.fileName !== order.fileName || !isSameChange)
      throw new StaticPodRefusedError(`the id ${known.changeId} is that of another change, of ${known.fileName}`);
    if (known.state === 'confirmed') return known;
    if (known.state !== 'pending') throw undone(known);
    const found = await this.found(known);
    if (found.after) return known;
    if (found.before) return this.write(known);
    throw undone(await this.undo(known, 'the manifest was changed before it was written'));
  }

  private async write(entry: JournalEntry): Promise<StaticPodChange> {
    const { changeId, fileName, before, after } = entry;
    try {
      await this.folder.set(fileName, after && { bytes: after, mode: before?.mode ?? NEW_MODE });
      return this.noted(changeId);
    } catch (error) {
      const undoing = this.undo(entry, `it could not be written: ${(error as Error).message}`);
      await undoing.catch(() => undefined); // what cannot be undone now is pending, and undone at its deadline
      throw error;
    }
  }

  private async confirm(entry: JournalEntry): Promise<StaticPodChange> {
    if (entry.state === 'confirmed') return entry;
    if (entry.state !== 'pending') throw undone(entry);
    const judgement = judgeConfirmation(await this.found(entry));
    this.journal.settle(entry.changeId, judgement.state, judgement.because);
    const settled = this.noted(entry.changeId);
    if (settled.state !== 'confirmed') throw undone(settled);
    return settled;
  }

  private async restore(entry: JournalEntry): Promise<StaticPodChange> {
    if (entry.state === 'restored') return entry;
    if (entry.state === 'left') throw undone(entry);
    if (this.journal.isSuperseded(entry))
      throw new StaticPodRefusedError(`${entry.fileName} was changed again after the change ${entry.changeId}`);
    const settled = await this.undo(entry, 'it was to be restored');
    if (settled.state !== 'restored') throw undone(settled);
    return settled;
  }

  private async undo(entry: JournalEntry, because: string): Promise<StaticPodChange> {
    const judgement = judgeUndoing(await this.found(entry), because);
    if (judgement.do === 'restore') {
      await this.folder.set(entry.fileName, entry.before);
      this.journal.settle(entry.changeId, 'restored', because);
    } else {
      await this.folder.tidy();
      this.journal.settle(entry.changeId, judgement.state, judgement.because);
    }
    return this.noted(entry.changeId);
  }

  private async found({ fileName, before, after }: JournalEntry): Promise<FoundManifestIs> {
    const now = (await this.folder.find(fileName))?.bytes;
    return { before: isSame(now, before?.bytes), after: isSame(now, after) };
  }

  private noted(changeId: string): JournalEntry {
    const entry = this.journal.find(changeId);
    if (!entry) throw new Error(`the change ${changeId} is not in the journal`);
    return entry;
  }
}

function isMaking(order: StaticPodOrder): order is Making {
  return order.do !== 'confirm' && order.do !== 'restore';
}

function undone({ changeId, state, because }: StaticPodChange): StaticPodRefusedError {
  return new StaticPodRefusedError(
    state === 'left' ? `the change ${changeId} is lost: ${because}` : `the change ${changeId} was undone: ${because}`,
  );
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one === undefined || other === undefined ? one === other : Buffer.compare(one, other) === 0;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (/^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
