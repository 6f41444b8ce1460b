import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asTenant, CPU, fillStore, MetricClient, startMetricApi } from '../support/metric-api.js';
import { METRIC_STORES } from '../support/metric-stores.js';

/** The last five cycles: CPU of web 155 to 159, cart 355 to 359, vault 255 to 259. */
const LAST_FIVE = { from: '2026-03-04T09:56:00Z', to: '2026-03-04T10:01:00Z' };

describe.each(METRIC_STORES)('files of the metrics API on %s', (_, open) => {
  let client: MetricClient;
  let close: () => Promise<unknown>;

  beforeAll(async () => {
    const store = await open();
    await fillStore(store.writer);
    const app = await startMetricApi(store.reader);
    client = new MetricClient(app);
    close = () => app.close().then(() => store.close());
  });
  afterAll(() => close());

  describe('an export', () => {
    const file = (query: Record<string, string>, headers = {}) =>
      client.get('export', { ...CPU, ...LAST_FIVE, namespace: 'shop', pod: 'web-1', ...query }, headers);

    it('is CSV unless something else is wanted, each row a sample', async () => {
      const answer = await file({ to: '2026-03-04T09:58:00Z' });
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([
        200,
        'text/csv; charset=utf-8; header=present',
      ]);
      expect(answer.headers['content-disposition']).toBe('attachment; filename="metrics.csv"');
      expect(answer.body.split('\r\n')).toEqual([
        'time,metric,unit,object,namespace,node,workload,pod,podUid,container,resource,value',
        '2026-03-04T09:56:00.000Z,cpu/usage_rate,millicores,pod,shop,node-1,Deployment/web,web-1,uid-of-web-1,,,155',
        '2026-03-04T09:57:00.000Z,cpu/usage_rate,millicores,pod,shop,node-1,Deployment/web,web-1,uid-of-web-1,,,156',
        '',
      ]);
    });

    it('is NDJSON when that is wanted', async () => {
      const answer = await file({ step: '1d' }, { accept: 'application/x-ndjson' });
      expect(answer.headers['content-type']).toBe('application/x-ndjson');
      expect(JSON.parse(answer.body)).toEqual({
        time: '2026-03-04T00:00:00.000Z',
        metric: 'cpu/usage_rate',
        unit: 'millicores',
        object: expect.objectContaining({ type: 'pod', pod: 'web-1', labels: { app: 'web' } }),
        value: 157,
      });
    });

    it('is OpenMetrics in base units, each metric once', async () => {
      const answer = await file({
        metric: 'cpu/usage_rate,network/rx,cpu-usage',
        step: '1d',
        aggregation: 'last',
        format: 'openmetrics',
      });
      expect(answer.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
      const labels =
        '{object="pod",namespace="shop",pod="web-1",node="node-1",workload="Deployment/web",pod_uid="uid-of-web-1"}';
      expect(answer.body.split('\n')).toEqual([
        '# TYPE quartermaster_kube_cpu_usage_cores gauge',
        '# UNIT quartermaster_kube_cpu_usage_cores cores',
        '# HELP quartermaster_kube_cpu_usage_cores CPU use',
        `quartermaster_kube_cpu_usage_cores${labels} 0.159 ${Date.UTC(2026, 2, 4) / 1000}`,
        '# TYPE quartermaster_kube_network_rx_bytes counter',
        '# UNIT quartermaster_kube_network_rx_bytes bytes',
        '# HELP quartermaster_kube_network_rx_bytes Bytes received on the default interface',
        `quartermaster_kube_network_rx_bytes_total${labels} 354000 ${Date.UTC(2026, 2, 4) / 1000}`,
        '# EOF',
        '',
      ]);
      const rate = await client.problem(
        'export',
        { ...CPU, metric: 'network/rx', aggregation: 'rate', format: 'openmetrics' },
        400,
      );
      expect(rate.detail).toMatch(/rate has no name in OpenMetrics/);
    });

    it('is compressed when that is accepted', async () => {
      const plain = await file({});
      const answer = await file({}, { 'accept-encoding': 'gzip' });
      expect([answer.headers['content-encoding'], answer.headers['vary']]).toEqual(['gzip', 'accept, accept-encoding']);
      expect(gunzipSync(answer.rawPayload).toString()).toBe(plain.body);
    });

    it('says what is wrong before its first byte', async () => {
      await client.problem('export', { ...CPU, pod: 'none' }, 404);
      await client.problem('export', { ...CPU, namespace: 'bank' }, 403, asTenant);
      expect((await client.problem('export', CPU, 406, { accept: 'text/html' })).detail).toMatch(/text\/csv/);
      expect((await client.problem('export', { ...CPU, format: 'xml' }, 400)).errors?.[0]?.pointer).toBe('format');
    });

    it('of all pods has every series, whatever the pages of the store', async () => {
      const answer = await client.get('export', { metric: 'cpu/usage_rate', object: 'pod', ...LAST_FIVE });
      expect(answer.body.trim().split('\r\n')).toHaveLength(1 + 3 * 5);
      const tenant = await client.get('export', { metric: 'cpu/usage_rate', object: 'pod', ...LAST_FIVE }, asTenant);
      expect(tenant.body.trim().split('\r\n')).toHaveLength(1 + 2 * 5);
      expect(tenant.body).not.toContain('vault');
    });
  });
});
