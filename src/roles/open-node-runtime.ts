import type { ContainerRuntime } from '../agent/container-runtime.port.js';
import { findRuntime, type RuntimeEndpoint } from '../agent/find-runtime.js';
import type { RuntimeRemover } from '../agent/runtime-remover.port.js';
import type { Clock } from '../platform/clock.js';
import type { Config } from '../platform/config.js';

/** The container runtime of this node, open. */
export interface NodeRuntime {
  readonly runtime: ContainerRuntime;
  readonly remover: RuntimeRemover;
  readonly close: () => void;
}

/** The runtime that `CONTAINER_RUNTIME_ENDPOINT` names, else the first known one that answers. @throws NoRuntimeError */
export async function openNodeRuntime(
  { runtimeEndpoint, hostRoot }: Pick<Config, 'runtimeEndpoint' | 'hostRoot'>,
  clock: Clock,
): Promise<NodeRuntime> {
  const endpoint = await findRuntime(runtimeEndpoint, hostRoot, async (asked) => {
    const opened = await open(asked, clock);
    try {
      await opened.runtime.describe();
    } finally {
      opened.close();
    }
  });
  return open(endpoint, clock);
}

/** Only what speaks to this runtime comes into memory. */
async function open({ kind, socketPath }: RuntimeEndpoint, clock: Clock): Promise<NodeRuntime> {
  if (kind === 'docker') {
    const { openDockerRuntime } = await import('../adapters/docker/open-docker-runtime.js');
    return openDockerRuntime(socketPath, clock);
  }
  const { openCriRuntime } = await import('../adapters/containerd/open-cri-runtime.js');
  return openCriRuntime(socketPath, clock);
}
