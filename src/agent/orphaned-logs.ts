import { join } from 'node:path';
import type { InventoryContainer, InventoryLog, InventorySandbox } from '../agents/core/inventory.js';
import { parseLogFolder, parseLogLink } from '../agents/core/parse-log-name.js';
import { CONTAINER_LOGS, POD_LOGS, type LogFolders } from './log-folders.js';
import type { LogNames } from './log-names.js';
import { measureFolder } from './measure-folder.js';

/** Logs that an inventory names; more come with the next one. */
const MAX_LOGS = 5000;
/** Files that an inventory measures, in all of its folders together. */
const MAX_ENTRIES = 20_000;

interface Orphan extends Pick<InventoryLog, 'path' | 'pod' | 'container' | 'kind'> {
  readonly at: string;
}

/** The logs that belong to nothing that the runtime has: folders of pods that are gone, dead links of containers that are gone or have ended. */
export async function orphanedLogs(
  { folders, deadLinks }: LogNames,
  {
    containers,
    sandboxes,
  }: { readonly containers: readonly InventoryContainer[]; readonly sandboxes: readonly InventorySandbox[] },
  logs: LogFolders,
): Promise<InventoryLog[]> {
  const uids = new Set([...containers, ...sandboxes].map(({ pod }) => pod?.podUid));
  const living = new Set(containers.filter(({ state }) => state !== 'exited').map(({ id }) => id));
  const orphans = [
    ...folders.flatMap((name) => orphanedFolder(name, uids, logs)),
    ...deadLinks.flatMap((name) => orphanedLink(name, living, logs)),
  ].slice(0, MAX_LOGS);
  const found: InventoryLog[] = [];
  let entriesLeft = MAX_ENTRIES;
  for (const { at, ...log } of orphans) {
    const { entries, ...size } = await measureFolder(at, Math.max(1, entriesLeft));
    entriesLeft -= entries;
    if (entries > 0) found.push({ ...log, ...size });
  }
  return found;
}

function orphanedFolder(name: string, uids: ReadonlySet<string | undefined>, logs: LogFolders): Orphan[] {
  const folder = parseLogFolder(name);
  if (!folder || uids.has(folder.podUid)) return [];
  const path = join(POD_LOGS, name);
  return [{ path, at: logs.reachLog(path), kind: 'podFolder', ...(folder.pod ? { pod: folder.pod } : {}) }];
}

function orphanedLink(name: string, living: ReadonlySet<string>, logs: LogFolders): Orphan[] {
  const link = parseLogLink(name);
  if (!link || living.has(link.containerId)) return [];
  const path = join(CONTAINER_LOGS, name);
  return [{ path, at: logs.reachLog(path), kind: 'deadLink', container: link.container }];
}
