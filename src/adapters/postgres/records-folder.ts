import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PgliteEngine } from './pglite-engine.js';

/**
 * Makes the folder of the embedded records, unless it is there. A kill in the middle leaves no half database behind: it is made under
 * another name, synced to the disk, and gets its name last.
 *
 * @param folder `DATA_DIR/records`
 */
export async function createRecordsFolder(folder: string): Promise<void> {
  if (await exists(join(folder, 'PG_VERSION'))) return;
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const engine = await PgliteEngine.start({ folder: unfinished }, () => undefined);
  await engine.close();
  await syncTree(unfinished);
  await rename(unfinished, folder); // fails on a folder that holds anything: what is there is not ours to replace
  await sync(dirname(folder));
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function syncTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const [folders, files] = [entries.filter((entry) => entry.isDirectory()), entries.filter((entry) => entry.isFile())];
  for (const { name } of folders) await syncTree(join(folder, name));
  await Promise.all(files.map(({ name }) => sync(join(folder, name))));
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
