import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { StaticPodKeeper } from '../agent/static-pods/static-pod-keeper.js';
import type { Clock } from '../platform/clock.js';
import { type Config, ConfigError } from '../platform/config.js';
import type { Log } from '../platform/log.js';
import { makeFolder } from '../platform/make-folder.js';

/**
 * Begins to keep the node's static pods where `AGENT_ALLOW` names them, and where an agent has changed some before, for what it left unconfirmed is to be undone; elsewhere nothing of it comes into memory.
 * A journal that cannot be opened is tried again and again: on a full disk the agent still removes images.
 * @throws ConfigError when the kubelet would run the journal, or there can be no folder for it
 */
export async function keepStaticPods(config: Config, clock: Clock, log: Log): Promise<StaticPodKeeper | undefined> {
  const { agentAllow, dataDir, hostRoot, staticPodPath } = config;
  const journal = join(dataDir, 'static-pods');
  if (!agentAllow.includes('static-pods') && !existsSync(journal)) return undefined;
  const reach = (path: string): string => join(hostRoot, path);
  if (`${resolve(journal)}${sep}`.startsWith(`${resolve(reach(staticPodPath))}${sep}`))
    throw new ConfigError([
      'DATA_DIR lies in STATIC_POD_PATH, where the kubelet runs every file: set it to a folder elsewhere',
    ]);
  await makeFolder(dataDir).catch((error: unknown) => {
    throw new ConfigError([`DATA_DIR=${dataDir} cannot be made: ${(error as Error).message}`]);
  });
  const { StaticPodFolder } = await import('../agent/static-pods/static-pod-folder.js');
  const { StaticPodJournal } = await import('../agent/static-pods/static-pod-journal.js');
  const { StaticPodKeeper } = await import('../agent/static-pods/static-pod-keeper.js');
  const keeper = new StaticPodKeeper({
    openJournal: () => StaticPodJournal.open(journal),
    folder: new StaticPodFolder(reach(staticPodPath)),
    reach,
    nowMs: () => clock.now(),
    log,
  });
  keeper.start();
  return keeper;
}
