import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InfluxdbMetricStore } from '../../src/adapters/influxdb/metric-store.influxdb.js';
import { aFullSample, aPod } from '../support/samples.js';
import { T0 } from './metric-store.fixture.js';

/** An InfluxDB that takes the first request of lines and refuses the second. */
describe('the writer of InfluxDB, of whose requests one is refused', () => {
  let server: Server;
  let writes: number;

  beforeEach(async () => {
    writes = 0;
    server = createServer((request, response) => {
      const answer = (): void => {
        if (request.url?.startsWith('/api/v2/write')) {
          writes += 1;
          response.writeHead(writes === 2 ? 503 : 204).end();
        } else if (request.url?.startsWith('/api/v2/query')) {
          response.writeHead(200, { 'content-type': 'text/csv' }).end('\r\n');
        } else {
          response
            .setHeader('content-type', 'application/json')
            .end('{"buckets":[{"name":"k8s","retentionRules":[]}]}');
        }
      };
      request.resume().on('end', answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('rejects the append, though what it sent before and after was or would be taken', async () => {
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const { writer } = await InfluxdbMetricStore.open({ url, org: 'o', bucket: 'k8s', token: 't' });
    const samples = Array.from({ length: 1_000 }, (_, index) => aFullSample(aPod({ pod: `p${String(index)}` }), index));
    await expect(writer.append(T0, [{ scope: 'node-1', samples }])).rejects.toMatchObject({ statusCode: 503 });
    expect(writes).toBe(2);
    await writer.append(T0, [{ scope: 'node-1', samples }]);
  });
});
