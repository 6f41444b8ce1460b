import { expect, it } from '@jest/globals';
import type { ClusterObjects } from '../objects/cluster-objects.port.js';
import { addressesOf } from './core/addresses-of.js';
import { ReleaseAddresses } from './release-addresses.service.js';

it('addresses are asked by TLS where they are shown with it', async () => {
  const asked: string[] = [];
  const statusOf = async (_namespace: string, service: string, port: string | number): Promise<number> => {
    asked.push(`${service}:${port}`);
    return 200;
  };
  const ports = [{ port: 8080 }, { port: 8443 }, { port: 9443, appProtocol: 'https' }];
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { ports } };
  const addresses = addressesOf([service], 'shop');
  await new ReleaseAddresses({ statusOf } as unknown as ClusterObjects).check(addresses);
  expect(asked.toSorted()).toEqual(['https:web:8443', 'https:web:9443', 'web:8080']);
  for (const { proxyPath } of addresses) expect(asked.some((one) => proxyPath.includes(`/${one}/`))).toBe(true);
});
