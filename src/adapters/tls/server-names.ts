import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** What a certificate is made for. */
export interface ServerName {
  readonly type: 'dns' | 'ip';
  readonly value: string;
}

const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

/**
 * The names and addresses that a server on `host` is reached by, as far as the machine knows: `localhost`, its host name, `host` itself or, when
 * that is every address, all of the machine's, and the `further` ones that only the user knows (a service's name, a load balancer's).
 * Sorted, without repeats, so that two lists can be compared.
 */
export function serverNames(host: string, further: readonly string[] = []): ServerName[] {
  const own = EVERY_ADDRESS.has(host) ? addresses() : [host];
  const all = new Set(['localhost', '127.0.0.1', '::1', hostname(), ...own, ...further]);
  return [...all].sort().map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }));
}

/** Link-local addresses are left out: they mean nothing without an interface. */
function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address)
    .filter((address) => !/^fe[89ab]/i.test(address));
}
