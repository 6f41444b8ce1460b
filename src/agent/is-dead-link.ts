import { lstat, readlink } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { CONTAINER_LOGS, type LogFolders } from './log-folders.js';

/**
 * Whether a link in `/var/log/containers` leads nowhere. Only links into the pods' log folders are judged: what lies elsewhere the agent may not see, and a
 * link there counts as something.
 */
export async function isDeadLink(name: string, logs: LogFolders): Promise<boolean> {
  try {
    const target = resolve(CONTAINER_LOGS, await readlink(logs.reach(join(CONTAINER_LOGS, name))));
    const below = relative(logs.podLogs, target);
    if (below === '' || below.startsWith('..') || isAbsolute(below)) return false;
    await lstat(logs.reach(target));
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}
