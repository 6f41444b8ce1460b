import { randomUUID } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';

/** `DATA_DIR` cannot be used. */
export class DataDirError extends Error {
  override readonly name = 'DataDirError';
  constructor(dataDir: string, reason: string, options?: ErrorOptions) {
    super(`DATA_DIR=${dataDir} cannot be used: ${reason}.`, options);
  }
}

/** So much must fit: without that the embedded records do not even start. */
const PROBE_BYTES = 256 * 1024;

/**
 * Makes the data folder, and finds out whether something can be kept in it.
 * @throws DataDirError with the reason and what to do
 */
export async function checkDataDir(dataDir: string): Promise<void> {
  try {
    await makeFolder(dataDir);
    await probe(join(dataDir, `probe-${randomUUID()}`));
  } catch (error) {
    throw new DataDirError(dataDir, await reasonOf(error as NodeJS.ErrnoException, dataDir), { cause: error });
  }
}

async function probe(file: string): Promise<void> {
  await using handle = await open(file, 'wx', 0o600);
  await rm(file); // at once, so that a kill leaves nothing
  await handle.writeFile(Buffer.alloc(PROBE_BYTES));
  await handle.sync();
}

async function reasonOf({ code = '', message }: NodeJS.ErrnoException, dataDir: string): Promise<string> {
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return 'it is a file or a dead link, or is below one. Take the path of a folder';
    case 'EACCES':
    case 'EPERM':
      return `user ${process.geteuid?.()} may not write there${await ownerOf(dataDir)}. Give that user the folder, or take another one`;
    case 'EROFS':
      return 'its file system is read-only. Mount it for writing, or take another folder';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'its disk is full. Free some space, or take a folder on another disk';
    case 'ENOENT':
      return 'no folder can be made there. Take a folder on a disk';
    default:
      return message;
  }
}

async function ownerOf(dataDir: string): Promise<string> {
  try {
    return `: it belongs to user ${(await stat(dataDir)).uid}`;
  } catch {
    return ''; // it is not there, or what is above it may not be looked into
  }
}
