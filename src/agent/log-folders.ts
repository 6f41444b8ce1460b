import { basename, join } from 'node:path';

/** Where the kubelet and the runtime write logs, as a plan and its reports name them. */
export const POD_LOGS = '/var/log/pods';
export const CONTAINER_LOGS = '/var/log/containers';

/** Where these folders are on this node, and how the agent gets there. */
export class LogFolders {
  /**
   * @param hostRoot where the node's file system begins for the agent: `/`, in a pod where it is mounted
   * @param podLogs the kubelet's `podLogsDir`, as a path of the node
   */
  constructor(
    private readonly hostRoot: string,
    readonly podLogs = POD_LOGS,
  ) {}

  /** Where the agent finds what the node has at `path`. */
  reach(path: string): string {
    return join(this.hostRoot, path);
  }

  /** Where the agent finds a log of an inventory (`/var/log/pods/...` or `/var/log/containers/...`). @throws when it is none, or lies deeper */
  reachLog(path: string): string {
    const name = basename(path);
    if (name === '..' || name === '.' || name === '') throw new Error(`${path} is no log of an inventory`);
    if (path === join(POD_LOGS, name)) return this.reach(join(this.podLogs, name));
    if (path === join(CONTAINER_LOGS, name)) return this.reach(path);
    throw new Error(`${path} is no log of an inventory`);
  }
}
