import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { StaticPodChange, StaticPodState } from '../../agents/core/static-pod.js';
import type { ManifestFile } from './static-pod-folder.js';

/** A change of a manifest, with what it takes to undo it. */
export interface JournalEntry extends StaticPodChange {
  /** What was there before; undefined: nothing. */
  readonly before: ManifestFile | undefined;
  /** What the change writes; undefined: it takes the manifest away. */
  readonly after: Buffer | undefined;
  /** By the node's clock, ms since the epoch. */
  readonly deadlineAtMs: number;
  readonly confirmWithinMs: number;
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS changes (
  sequence INTEGER PRIMARY KEY, change_id TEXT NOT NULL UNIQUE, file_name TEXT NOT NULL, state TEXT NOT NULL, because TEXT NOT NULL,
  before BLOB, before_mode INTEGER, after BLOB, deadline_at_ms INTEGER NOT NULL, confirm_within_ms INTEGER NOT NULL, told INTEGER NOT NULL) STRICT`;
const SQLITE_BUSY = 5;
/** Changes that are over and told are kept so that they can be undone later. */
const KEPT = 50;

/** Another process has the journal, and so the static pods of this node. */
export class JournalInUseError extends Error {
  override readonly name = 'JournalInUseError';
}

/**
 * What an agent has changed in the folder of static pods, on disk: the backups too, for the kubelet would run any that lay in its own folder.
 *
 * An SQLite file. What a method has done when it returns is on the disk (`synchronous=EXTRA`: its file, and the folder's names). It is locked for this process alone
 * (`locking_mode=EXCLUSIVE`) by a lock of the kernel, which ends with the process, however it ends, and holds between containers that share the folder (docs/decisions/static-pod-journal.md).
 */
export class StaticPodJournal {
  private constructor(private readonly database: DatabaseSync) {}

  /** @param folder made unless it is there, but not what is above it @throws JournalInUseError */
  static open(folder: string): StaticPodJournal {
    makeFolder(folder);
    const path = StaticPodJournal.pathIn(folder);
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=EXTRA; BEGIN EXCLUSIVE');
      database.exec(`${SCHEMA}; COMMIT`);
      chmodSync(path, 0o600);
      return new StaticPodJournal(database);
    } catch (error) {
      database.close();
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
      throw new JournalInUseError(`${path} is another agent's`, { cause: error });
    }
  }

  static pathIn(folder: string): string {
    return join(folder, 'static-pods.sqlite');
  }

  close(): void {
    this.database.close();
  }

  /** Notes a change before it is made. */
  begin(entry: JournalEntry): void {
    const { changeId, fileName, state, because, before, after, deadlineAtMs, confirmWithinMs } = entry;
    const files = [before?.bytes ?? null, before?.mode ?? null, after ?? null] as const;
    this.database
      .prepare('INSERT INTO changes VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)')
      .run(changeId, fileName, state, because, ...files, deadlineAtMs, confirmWithinMs);
  }

  /** Notes what became of a change. */
  settle(changeId: string, state: StaticPodState, because: string): void {
    this.database
      .prepare('UPDATE changes SET state = ?, because = ?, told = 0 WHERE change_id = ?')
      .run(state, because, changeId);
  }

  find(changeId: string): JournalEntry | undefined {
    return this.select('WHERE change_id = ?', changeId)[0];
  }

  /** In the order in which they were made. */
  pending(): readonly JournalEntry[] {
    return this.select("WHERE state = 'pending'");
  }

  /** The changes of a manifest that stayed, the newest first. */
  stayed(fileName: string): readonly JournalEntry[] {
    return this.select("WHERE file_name = ? AND state = 'confirmed' ORDER BY sequence DESC", fileName);
  }

  /** Whether a manifest was changed anew after this change. */
  isSuperseded({ changeId, fileName }: StaticPodChange): boolean {
    const later = `WHERE file_name = ? AND state IN ('pending', 'confirmed')
      AND sequence > (SELECT sequence FROM changes WHERE change_id = ?)`;
    return this.select(later, fileName, changeId).length > 0;
  }

  /** What the server has not heard, at most a hundred. */
  untold(): readonly StaticPodChange[] {
    return this.select('WHERE told = 0 ORDER BY sequence LIMIT 100').map(
      ({ changeId, fileName, state, replaced, keepsManifest, because }) => {
        return { changeId, fileName, state, replaced, keepsManifest, because };
      },
    );
  }

  /** Notes that the server has heard it; not where it became another thing meanwhile. The oldest that are over and told go. */
  told(changes: readonly StaticPodChange[]): void {
    const note = this.database.prepare('UPDATE changes SET told = 1 WHERE change_id = ? AND state = ?');
    for (const { changeId, state } of changes) note.run(changeId, state);
    this.database.exec(`DELETE FROM changes WHERE told = 1 AND state <> 'pending'
      AND sequence <= (SELECT max(sequence) FROM changes) - ${KEPT}`);
  }

  private select(where: string, ...values: string[]): JournalEntry[] {
    return this.database
      .prepare(`SELECT * FROM changes ${where}`)
      .all(...values)
      .map((row) => entryOf(row));
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function entryOf(row: Record<string, SQLOutputValue>): JournalEntry {
  const { before, after } = row as { before: Uint8Array | null; after: Uint8Array | null };
  return {
    changeId: String(row['change_id']),
    fileName: String(row['file_name']),
    state: row['state'] as StaticPodState,
    because: String(row['because']),
    replaced: before !== null,
    keepsManifest: after !== null,
    before: before === null ? undefined : { bytes: Buffer.from(before), mode: Number(row['before_mode']) },
    after: after === null ? undefined : Buffer.from(after),
    deadlineAtMs: Number(row['deadline_at_ms']),
    confirmWithinMs: Number(row['confirm_within_ms']),
  };
}
