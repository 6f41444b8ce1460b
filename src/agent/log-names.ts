import { readdir } from 'node:fs/promises';
import { parseLogFolder, parseLogLink } from '../agents/core/parse-log-name.js';
import { isDeadLink } from './is-dead-link.js';
import { CONTAINER_LOGS, type LogFolders } from './log-folders.js';

/** What stands in the two folders of logs at one moment, by name. */
export interface LogNames {
  readonly folders: readonly string[];
  /** Links whose target is gone. */
  readonly deadLinks: readonly string[];
}

/**
 * Reads the names of pods' log folders and of links that lead nowhere. Read them before the runtime's lists: a folder that is made after those would seem to
 * belong to nobody. A node without such folders has none.
 */
export async function readLogNames(logs: LogFolders): Promise<LogNames> {
  const folders = await entriesOf(logs.reach(logs.podLogs));
  const links = await entriesOf(logs.reach(CONTAINER_LOGS));
  const deadLinks: string[] = [];
  for (const link of links) {
    if (link.isSymbolicLink() && parseLogLink(link.name) && (await isDeadLink(link.name, logs)))
      deadLinks.push(link.name);
  }
  const isFolder = folders.filter((entry) => entry.isDirectory() && parseLogFolder(entry.name));
  return { folders: isFolder.map(({ name }) => name), deadLinks };
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
