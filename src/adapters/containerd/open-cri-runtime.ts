import type { Clock } from '../../platform/clock.js';
import { CriContainerRuntime } from './container-runtime.cri.js';
import { CriClient } from './cri-client.js';
import { CriRuntimeRemover } from './runtime-remover.cri.js';

/** The runtime behind a CRI socket. Nothing is connected before the first call; `close` ends the connection. */
export function openCriRuntime(socketPath: string, clock: Clock) {
  const client = new CriClient(socketPath);
  const runtime = new CriContainerRuntime(client);
  return { runtime, remover: new CriRuntimeRemover(client, runtime, clock), close: () => client.close() };
}
