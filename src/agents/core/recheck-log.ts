import type { InventoryContainer } from './inventory.js';
import type { Recheck, RuntimeNow } from './recheck.js';

/** `/var/log/pods/<namespace>_<pod>_<uid>`, or the bare uid of old kubelets. */
const POD_FOLDER = /^\/var\/log\/pods\/(?:[\w.-]+_)?([\w.-]+)$/;
/** `/var/log/containers/<pod>_<namespace>_<container>-<container id>.log` */
const LINK = /^\/var\/log\/containers\/[\w.-]+-([\da-f]+)\.log$/;

/**
 * Whether a log folder or dead link may still go: its pod has nothing left in the runtime, its container has ended. That a link is dead only
 * the file system can say. Nothing outside of the two folders ever goes.
 */
export function recheckLog(path: string, now: Pick<RuntimeNow, 'containers' | 'sandboxes'>): Recheck {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const podUid = name === '.' || name === '..' ? undefined : POD_FOLDER.exec(path)?.[1];
  if (podUid !== undefined) return recheckFolder(podUid, now);
  const containerId = LINK.exec(path)?.[1];
  if (containerId === undefined) return kept('it is no log folder of a pod and no link to a log');
  const container = now.containers.find(({ id }) => id === containerId);
  return container === undefined || container.state === 'exited'
    ? { go: true }
    : kept(`its container ${container.name} has not ended`);
}

function recheckFolder(
  podUid: string,
  { containers, sandboxes }: Pick<RuntimeNow, 'containers' | 'sandboxes'>,
): Recheck {
  const isOfPod = ({ pod }: Pick<InventoryContainer, 'pod'>): boolean => pod?.podUid === podUid;
  return containers.some(isOfPod) || sandboxes.some(isOfPod)
    ? kept('the runtime still has containers or a sandbox of its pod')
    : { go: true };
}

function kept(because: string): Recheck {
  return { go: false, as: 'kept', because };
}
