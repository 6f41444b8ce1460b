import { isIPv6 } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../platform/config.js';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there. Stop that process, or set PORT to another one (0 takes any that is free)',
  EACCES: 'ports below 1024 need a right that this process does not have. Set PORT to a higher one',
  EADDRNOTAVAIL: 'this machine does not have that address. Set HOST to one of its own',
};

/** The process cannot listen where its settings say. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Opens the door.
 * @throws ListenError when the address or port cannot be had
 */
export async function listen(
  app: Pick<NestFastifyApplication, 'listen'>,
  address: { readonly port: number; readonly host: string },
): Promise<void> {
  try {
    await app.listen(address);
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    throw new ListenError(`Cannot listen on HOST=${address.host} PORT=${address.port}: ${reason}.`, { cause: error });
  }
}

/** Where to listen unless it is said: in a pod on all addresses, those of IPv6 too where the cluster's own are of it; else on this machine's alone. */
export function hostOf({
  host,
  kubernetesServiceHost: cluster,
}: Pick<Config, 'host' | 'kubernetesServiceHost'>): string {
  return host ?? (cluster ? (isIPv6(cluster) ? '::' : '0.0.0.0') : '127.0.0.1');
}
