import { randomUUID } from 'node:crypto';
import { chmod, link, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { makeFolder } from '../../platform/make-folder.js';
import { exists } from './database-files.js';
import { syncFile } from './segment-files.js';

/** The data folder is another process's. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
  constructor(
    readonly folder: string,
    /** The holder as its own PID namespace counts, when the system tells it. */
    readonly holderPid: number | undefined,
    options?: ErrorOptions,
  ) {
    const holder = holderPid === undefined ? 'another process' : `process ${holderPid}`;
    super(
      `The data folder ${folder} is in use by ${holder}: its embedded databases have one owner. ` +
        'Stop that process, or give this one a folder of its own with DATA_DIR.',
      options,
    );
  }
}

/** The right to use a data folder. */
export interface DataDirLock {
  /** The folder, with symbolic links resolved. */
  readonly folder: string;
  /** Gives the folder back. May be called again. */
  release(): void;
}

/** Folders that this process holds: the kernel's record locks do not keep a process from itself, and closing a second handle would give up the first one's. */
const held = new Set<string>();

/**
 * Takes a data folder for this process, made with mode 0700 when missing. The lock is an open DuckDB file, `lock.duckdb`: the kernel gives it
 * back when its holder ends, however it ends, and it holds between containers that share the folder, where every process is pid 1.
 *
 * @throws DataDirInUseError when another process, or this one, holds the folder.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  await makeFolder(dataDir);
  const folder = await realpath(dataDir);
  if (held.has(folder)) throw new DataDirInUseError(folder, process.pid);
  held.add(folder);
  try {
    const instance = await openLockFile(folder);
    return { folder, release: () => release(folder, instance) };
  } catch (error) {
    held.delete(folder);
    throw error;
  }
}

async function openLockFile(folder: string): Promise<DuckDBInstance> {
  const file = join(folder, 'lock.duckdb');
  await createLockFile(file);
  try {
    return await openDuckdb(file);
  } catch (error) {
    const { message } = error as Error;
    if (!message.includes('Could not set lock on file')) throw error;
    const pid = /\(PID (\d+)\)/.exec(message)?.[1];
    throw new DataDirInUseError(folder, pid === undefined ? undefined : Number(pid), { cause: error });
  }
}

/** Makes the file under another name and links it into place, whole: a kill in the middle, or two processes at once, leave no half file. */
async function createLockFile(file: string): Promise<void> {
  if (await exists(file)) return; // asked without opening it: closing it again would give up a lock that this process has on it
  const draft = `${file}.${randomUUID()}`;
  try {
    (await openDuckdb(draft)).closeSync();
    await chmod(draft, 0o600);
    await syncFile(draft);
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was first
  } finally {
    await rm(draft, { force: true });
  }
}

function openDuckdb(file: string): Promise<DuckDBInstance> {
  return DuckDBInstance.create(file, {
    threads: '1',
    memory_limit: '16MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
}

function release(folder: string, instance: DuckDBInstance): void {
  if (!held.delete(folder)) return;
  instance.closeSync();
}
