import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openCriRuntime } from '../adapters/containerd/open-cri-runtime.js';
import type { ContainerRuntime } from '../agent/container-runtime.port.js';
import type { RuntimeRemover } from '../agent/runtime-remover.port.js';
import type { Clock } from '../platform/clock.js';
import { type Config, ConfigError } from '../platform/config.js';

/** The container runtime of this node, open. */
export interface NodeRuntime {
  readonly runtime: ContainerRuntime;
  readonly remover: RuntimeRemover;
  close(): void;
}

/** Where runtimes listen, those that Kubernetes speaks to itself first. */
const CRI_SOCKETS = [
  '/run/containerd/containerd.sock',
  '/run/k3s/containerd/containerd.sock',
  '/var/snap/microk8s/common/run/containerd.sock',
  '/run/k0s/containerd.sock',
  '/run/crio/crio.sock',
  '/run/cri-dockerd.sock',
];

/** The runtime that `CONTAINER_RUNTIME_ENDPOINT` names, else the first whose socket is there. @throws ConfigError when there is none */
export function openNodeRuntime(config: Pick<Config, 'runtimeEndpoint' | 'hostRoot'>, clock: Clock): NodeRuntime {
  const { runtimeEndpoint, hostRoot } = config;
  const found = CRI_SOCKETS.map((socket) => join(hostRoot, socket)).find((socket) => existsSync(socket));
  const socket = runtimeEndpoint ?? found;
  if (socket === undefined)
    throw new ConfigError([
      `CONTAINER_RUNTIME_ENDPOINT is not set, and no runtime listens at ${CRI_SOCKETS.join(', ')} below ${hostRoot}`,
    ]);
  return openCriRuntime(socket, clock);
}
