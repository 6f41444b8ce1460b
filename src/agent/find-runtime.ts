import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import { RuntimeAwayError } from './runtime-errors.js';

/** A runtime's socket, and what is spoken on it. */
export interface RuntimeEndpoint {
  readonly kind: 'cri' | 'docker';
  readonly socketPath: string;
}

/**
 * Where runtimes put their sockets. A runtime that is there for Kubernetes alone comes before a containerd, which may be there for Docker or for nothing; Docker
 * Engine comes last, since its socket stands beside cri-dockerd's, and its own containerd mostly has CRI switched off.
 */
const KNOWN: readonly (readonly [name: string, kind: RuntimeEndpoint['kind'], path: string])[] = [
  ['cri-dockerd', 'cri', '/run/cri-dockerd.sock'],
  ['k3s, RKE2', 'cri', '/run/k3s/containerd/containerd.sock'],
  ['k0s', 'cri', '/run/k0s/containerd.sock'],
  ['MicroK8s', 'cri', '/var/snap/microk8s/common/run/containerd.sock'],
  ['CRI-O', 'cri', '/run/crio/crio.sock'],
  ['containerd', 'cri', '/run/containerd/containerd.sock'],
  ['Docker Engine', 'docker', '/run/docker.sock'],
];

/** No runtime answers. The message says where was looked, and what was there. */
export class NoRuntimeError extends RuntimeAwayError {
  override readonly name = 'NoRuntimeError';
}

/**
 * The runtime of this node: the one that is set, else the first known one that answers.
 * @param given `CONTAINER_RUNTIME_ENDPOINT`
 * @param ask speaks to a runtime. @throws with the reason when it does not answer
 * @throws NoRuntimeError
 */
export async function findRuntime(
  given: RuntimeEndpoint | undefined,
  hostRoot: string,
  ask: (endpoint: RuntimeEndpoint) => Promise<unknown>,
): Promise<RuntimeEndpoint> {
  const places = given
    ? [{ name: 'CONTAINER_RUNTIME_ENDPOINT', ...given }]
    : KNOWN.map(([name, kind, path]) => ({ name, kind, socketPath: join(hostRoot, path) }));
  const looked: string[] = [];
  for (const { name, kind, socketPath } of places) {
    const reason = await reasonAgainst({ kind, socketPath }, ask);
    if (reason === undefined) return { kind, socketPath };
    looked.push(`  ${socketPath} (${name}): ${reason}`);
  }
  throw new NoRuntimeError(
    `No container runtime answers. Looked at:\n${looked.join('\n')}\nSet CONTAINER_RUNTIME_ENDPOINT to its socket, as unix:///path (CRI) or docker:///path.`,
  );
}

async function reasonAgainst(
  endpoint: RuntimeEndpoint,
  ask: (endpoint: RuntimeEndpoint) => Promise<unknown>,
): Promise<string | undefined> {
  try {
    if (!(await stat(endpoint.socketPath)).isSocket()) return 'is no socket';
    await ask(endpoint);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'is not there';
    return (error as Error).message;
  }
}
