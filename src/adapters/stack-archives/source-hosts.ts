import { StackSourceError } from '../../stacks/fetched/stack-archives.port.js';
import { isAllowedAddress } from './is-allowed-address.js';

/** The hosts that stacks may be fetched from. */
export class SourceHosts {
  readonly #named: ReadonlySet<string>;

  /** @param entries hosts, with a port or without; `*` for all hosts with public addresses */
  constructor(entries: readonly string[]) {
    this.#named = new Set(entries.map((entry) => entry.toLowerCase()));
  }

  /** @throws StackSourceError when this address of the web may not be asked */
  check(url: URL): void {
    if (url.protocol !== 'https:')
      throw new StackSourceError(`${url.host} is to be asked without TLS, which is refused`);
    if (url.username !== '' || url.password !== '')
      throw new StackSourceError(`${url.host} is to be asked with a user in the address, which is refused`);
    if (!this.#isNamed(url) && !this.#named.has('*'))
      throw new StackSourceError(`STACK_SOURCES does not name ${url.host}`);
  }

  /** @throws StackSourceError when one of a host's addresses may not be connected to; which one is not told */
  checkAddresses(url: URL, addresses: readonly string[]): void {
    const isNamed = this.#isNamed(url);
    if (addresses.length > 0 && addresses.every((address) => isAllowedAddress(address, isNamed))) return;
    throw new StackSourceError(
      isNamed
        ? `${url.host} has an address that nothing is fetched from`
        : `${url.host} has no public address, and STACK_SOURCES does not name it`,
    );
  }

  #isNamed({ hostname, port }: URL): boolean {
    const host = hostname.replace(/^\[|\]$/g, '');
    return this.#named.has(host) || this.#named.has(`${host}:${port || '443'}`);
  }
}
