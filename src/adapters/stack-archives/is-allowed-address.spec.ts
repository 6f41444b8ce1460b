import { describe, expect, it } from '@jest/globals';
import { isAllowedAddress } from './is-allowed-address.js';

/** Addresses of machines that a host may have when it is named on purpose, and else not. */
const INSIDE = [
  '127.0.0.1',
  '127.255.255.254',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '100.127.255.255',
  '100.100.100.200', // metadata of Alibaba
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:7f00:1',
  'fd00:ec2::254', // metadata of AWS
  'fc00::1',
];
/** Nobody's address to fetch a stack from. */
const NEVER = [
  '0.0.0.0',
  '0.1.2.3',
  '169.254.169.254', // metadata of most clouds
  '169.254.170.2',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '192.0.0.192', // metadata of Oracle
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '64:ff9b::7f00:1', // 127.0.0.1 through NAT64
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::1',
  '::ffff:0:7f00:1',
  '2002:7f00:1::', // 127.0.0.1 through 6to4
  '2001:0:7f00:1::', // Teredo
  '2001:db8::1',
  '3fff::1',
  '100::1',
  '5f00::1',
  '',
  'localhost',
  'example.com',
  '1.2.3.4/8',
];
/** Public by IANA, but not where anybody's registry is. */
const ONLY_NAMED = [
  '168.63.129.16', // Azure's machines are answered by their host there
  '::7f00:1', // 127.0.0.1, as IPv4-compatible addresses were written once
  '4000::1',
];
const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '140.82.121.4',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '2606:4700::1111',
  '2a00:1450::1',
  '::ffff:1.1.1.1',
];

describe('an address', () => {
  it.each([
    ...PUBLIC.map((address) => [address, true, true] as const),
    ...INSIDE.map((address) => [address, false, true] as const),
    ...ONLY_NAMED.map((address) => [address, false, true] as const),
    ...NEVER.map((address) => [address, false, false] as const),
  ])('%s may be that of any host: %s, of one that is named: %s', (address, ofAny, ofNamed) => {
    expect([isAllowedAddress(address, false), isAllowedAddress(address, true)]).toEqual([ofAny, ofNamed]);
  });
});
