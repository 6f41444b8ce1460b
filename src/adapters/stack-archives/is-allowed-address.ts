import ipaddr from 'ipaddr.js';

/** Where a host may be that was named on purpose: not where metadata services of clouds are, and nothing that is no single host. */
const OF_NAMED_HOSTS: ReadonlySet<string> = new Set([
  'unicast',
  'private',
  'loopback',
  'carrierGradeNat',
  'uniqueLocal',
]);
/** RFC 4291: what is given out of IPv6 so far. The rest embeds IPv4 addresses, is deprecated, or belongs to nobody. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Azure's hosts answer their own machines there, although the address looks public. */
const WIRE_SERVER = '168.63.129.16';

/**
 * Whether an address may be connected to. An IPv4 address inside of an IPv6 one (`::ffff:127.0.0.1`) is judged as what it is.
 *
 * @param isNamed whether `STACK_SOURCES` names the host; all others must be public (IANA's special-purpose registries, as ipaddr.js has them)
 */
export function isAllowedAddress(text: string, isNamed: boolean): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  const range = address.range();
  if (isNamed) return OF_NAMED_HOSTS.has(range);
  if (range !== 'unicast' || address.toString() === WIRE_SERVER) return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_IPV6);
}
