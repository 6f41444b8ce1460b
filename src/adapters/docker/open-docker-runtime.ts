import type { Clock } from '../../platform/clock.js';
import { DockerContainerRuntime } from './container-runtime.docker.js';
import { DockerClient } from './docker-client.js';
import { DockerRuntimeRemover } from './runtime-remover.docker.js';

/** The Docker Engine behind a socket. Nothing is connected before the first call; `close` ends the connections. */
export function openDockerRuntime(socketPath: string, clock: Clock) {
  const client = new DockerClient(socketPath);
  const runtime = new DockerContainerRuntime(client);
  return { runtime, remover: new DockerRuntimeRemover(client, runtime, clock), close: () => client.close() };
}
