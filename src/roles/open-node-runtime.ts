import { openCriRuntime } from '../adapters/containerd/open-cri-runtime.js';
import { openDockerRuntime } from '../adapters/docker/open-docker-runtime.js';
import type { ContainerRuntime } from '../agent/container-runtime.port.js';
import { findRuntime, NoRuntimeError, type RuntimeEndpoint } from '../agent/find-runtime.js';
import type { RuntimeRemover } from '../agent/runtime-remover.port.js';
import type { Clock } from '../platform/clock.js';
import { type Config, ConfigError } from '../platform/config.js';

/** The container runtime of this node, open. */
export interface NodeRuntime {
  readonly runtime: ContainerRuntime;
  readonly remover: RuntimeRemover;
  readonly close: () => void;
}

/** The runtime that `CONTAINER_RUNTIME_ENDPOINT` names, else the first known one that answers. @throws ConfigError when none does */
export async function openNodeRuntime(
  { runtimeEndpoint, hostRoot }: Pick<Config, 'runtimeEndpoint' | 'hostRoot'>,
  clock: Clock,
): Promise<NodeRuntime> {
  try {
    const ask = async (endpoint: RuntimeEndpoint): Promise<void> => {
      const { runtime, close } = open(endpoint, clock);
      await runtime.describe().finally(close);
    };
    return open(await findRuntime(runtimeEndpoint, hostRoot, ask), clock);
  } catch (error) {
    throw error instanceof NoRuntimeError ? new ConfigError([error.message]) : error;
  }
}

function open({ kind, socketPath }: RuntimeEndpoint, clock: Clock): NodeRuntime {
  return kind === 'docker' ? openDockerRuntime(socketPath, clock) : openCriRuntime(socketPath, clock);
}
