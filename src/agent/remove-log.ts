import { lstat, realpath, rm, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isDeadLink } from './is-dead-link.js';
import { CONTAINER_LOGS, type LogFolders } from './log-folders.js';
import type { RemovalResult } from './runtime-remover.port.js';

/**
 * Removes a pod's log folder or a dead link, as an inventory names it: nothing else, and nothing outside of the two folders of logs. No link is followed: the folder that holds it must be what it seems to be,
 * a folder's content is removed as it lies there, of a link the link alone.
 */
export async function removeLog(path: string, logs: LogFolders): Promise<RemovalResult> {
  try {
    const at = logs.reachLog(path);
    if (!(await holdsNoLink(dirname(at), logs))) return kept('the folder of logs is reached through a link');
    const found = await lstat(at);
    if (found.isDirectory()) await rm(at, { recursive: true, maxRetries: 2 });
    else if (!found.isSymbolicLink()) return kept('it is neither a folder nor a link');
    else if (dirname(path) !== CONTAINER_LOGS || !(await isDeadLink(basename(path), logs)))
      return kept('it is no dead link of a container any more');
    else await unlink(at);
    return { outcome: 'removed', because: '' };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { outcome: 'absent', because: 'it is no longer there' };
    return { outcome: 'failed', because: message };
  }
}

/** Whether the path is its own real path, below where the node's file system begins. */
async function holdsNoLink(folder: string, logs: LogFolders): Promise<boolean> {
  const root = await realpath(logs.reach('/'));
  const expected = `${root === '/' ? '' : root}${folder.slice(logs.reach('/').replace(/\/$/, '').length)}`;
  return (await realpath(folder)) === expected;
}

function kept(because: string): RemovalResult {
  return { outcome: 'kept', because };
}
