import { open, rename, rm, stat } from 'node:fs/promises';
import { type Damage, damageOf } from './damage-error.js';
import type { DamagedFiles } from './damaged-files.js';
import { type DatabaseFiles, exists } from './database-files.js';
import { commitsFrom, inspectLog } from './inspect-log.js';
import { syncFile } from './segment-files.js';

export interface Recovery {
  readonly files: DatabaseFiles;
  readonly damaged: DamagedFiles;
  /** Puts a new database in `files.rebuilt`: what can be read of the damaged one (unless it is not to be looked at), and the catalogue's copy. */
  readonly rebuild: (from: 'damaged' | 'copy') => Promise<void>;
}

/** The log is cut, then set aside, then the database is rebuilt from what can be read, then from the copy alone. */
const MOST_REPAIRS = 4;
/** Three blocks of head: a shorter file is one whose making was killed. */
const LEAST_DATABASE_BYTES = 3 * 4096;
/** A log that is cut here has nothing but its head. */
const LOG_HEAD_BYTES = 8;

/**
 * Opens the database, whatever its files are like: what is damaged is set aside and the rest is opened. It ends after a few repairs; an error that is
 * no damage (a lock, a missing right, a full disk, a newer version) is thrown as it is.
 */
export async function openOrRecover<Opened>(recovery: Recovery, openNow: () => Promise<Opened>): Promise<Opened> {
  const { files, damaged } = recovery;
  for (const path of [`${files.rebuilt}.tmp`, `${files.rebuilt}.tmp.wal`]) await rm(path, { force: true });
  await finishRebuild(recovery);
  if (await isStillborn(files)) await rm(files.main);
  if (!(await exists(files.main))) {
    // DuckDB would make a new database and delete the log of the old one.
    for (const log of await files.logs()) await damaged.setAside(log, 'Its database is gone');
    if (await files.hasSegments()) {
      await damaged.setAside(files.main, 'The database is gone');
      await rebuildFrom(recovery, 'copy');
    }
  }
  await cutTornLog(recovery);
  for (let repairs = 0; ; repairs += 1) {
    try {
      return await openNow();
    } catch (error) {
      const damage = damageOf(error, 'opening');
      if (!damage || repairs === MOST_REPAIRS) throw error;
      await repair(recovery, damage, repairs, error);
    }
  }
}

/** Whether a first start was killed while it made the file: nothing was ever written to it. */
async function isStillborn(files: DatabaseFiles): Promise<boolean> {
  if (!(await exists(files.main)) || (await stat(files.main)).size >= LEAST_DATABASE_BYTES) return false;
  return (await files.logs()).length === 0 && !(await files.hasSegments());
}

/** Replaces a database that turned out to be damaged while it was used; to be called while it is closed. */
export async function rebuildFrom(recovery: Recovery, from: 'damaged' | 'copy'): Promise<void> {
  await recovery.rebuild(from);
  await finishRebuild(recovery);
}

/** A rebuilt database has its name only when it is whole: what was begun is finished after a kill, too. */
async function finishRebuild({ files, damaged }: Recovery): Promise<void> {
  if (!(await exists(files.rebuilt))) return;
  for (const path of [...(await files.logs()), files.main]) {
    if (await exists(path)) await damaged.setAside(path, 'The database was rebuilt without what cannot be read');
  }
  await rename(files.rebuilt, files.main);
  await syncFile(files.folder);
}

async function repair(recovery: Recovery, damage: Damage, repairs: number, error: unknown): Promise<void> {
  const { files } = recovery;
  if (damage.part === 'log') {
    if (repairs === 0 && damage.atByte !== undefined) await cutLog(recovery, damage.atByte, error);
    else for (const log of await files.logs()) await recovery.damaged.setAside(log, 'It cannot be replayed', { error });
    return;
  }
  await rebuildFrom(recovery, repairs < MOST_REPAIRS - 1 ? 'damaged' : 'copy');
}

/** Cuts a log whose end DuckDB would drop without a word although commits stand in it. */
async function cutTornLog(recovery: Recovery): Promise<void> {
  const state = inspectLog(recovery.files.log);
  if (state && state.commitsAfter > 0) await cutLog(recovery, state.wholeBytes);
}

async function cutLog({ files, damaged }: Recovery, atByte: number, error?: unknown): Promise<void> {
  const commitsLost = commitsFrom(files.log, atByte);
  const bytesLost = (await stat(files.log)).size - atByte;
  const facts = { commitsLost, bytesLost, atByte, ...(error === undefined ? {} : { error }) };
  if (atByte <= LOG_HEAD_BYTES) return damaged.setAside(files.log, 'Nothing in it can be read', facts);
  await damaged.copyAside(files.log, 'An entry in it cannot be read', facts);
  const log = await open(files.log, 'r+');
  try {
    await log.truncate(atByte);
    await log.sync();
  } finally {
    await log.close();
  }
}
