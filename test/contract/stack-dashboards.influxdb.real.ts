import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InfluxdbMetricStore } from '../../src/adapters/influxdb/metric-store.influxdb.js';
import { metricIndex } from '../../src/metrics/core/metric-catalogue.js';
import type { MetricObject } from '../../src/metrics/core/sample.js';
import { packageRoot } from '../../src/platform/version.js';
import { InfluxdbServer } from '../support/influxdb-server.js';
import { aContainer, aNode, aPod, aSample } from '../support/samples.js';
import { MINUTE, T0 } from './metric-store.fixture.js';

interface Dashboard {
  readonly templating: { readonly list: readonly { readonly query: string }[] };
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly query: string }[] }[];
}

const dashboard = (name: string): Dashboard =>
  JSON.parse(readFileSync(join(packageRoot(), 'deploy/stacks/monitoring', `${name}.json`), 'utf8')) as Dashboard;

/** What Grafana puts in the place of its variables. */
const filled = (query: string): string =>
  query
    .replaceAll('$timeFilter', `time >= ${T0}ms and time <= ${T0 + 10 * MINUTE}ms`)
    .replaceAll('$__interval', '1m')
    .replaceAll('$node', '.*')
    .replaceAll('$namespace', 'prod')
    .replaceAll('$pod', '.*');

const METRICS = `cpu/usage_rate cpu/limit cpu/request cpu/node_capacity network/tx_rate network/rx_rate uptime
  memory/usage memory/limit memory/request memory/working_set memory/node_capacity`.split(/\s+/);
const ofType = (type: MetricObject['type'], names: readonly string[]) =>
  Object.fromEntries(names.filter((name) => metricIndex(type, name) >= 0).map((name) => [name, 7]));

describe('the dashboards of the stack monitoring, on what Quartermaster writes', () => {
  let server: InfluxdbServer;
  let bucket: string;

  beforeAll(async () => {
    server = await InfluxdbServer.start();
    bucket = server.newBucket();
    const { url, org, token } = server;
    const { writer } = await InfluxdbMetricStore.open({ url, org, token, bucket });
    const objects = (node: string) => [
      ...[aNode({ node }), aPod({ node }), aContainer({ node })].map((object) =>
        aSample(object, ofType(object.type, METRICS)),
      ),
      ...[aNode({ node, resource: '/' }), aPod({ node, resource: 'Volume:data' })].map((object) =>
        aSample(object, ofType(object.type, ['filesystem/usage', 'filesystem/limit'])),
      ),
    ];
    for (const node of ['n1', 'n2']) await writer.append(T0, [{ scope: node, samples: objects(node) }]);
  });
  afterAll(() => server.stop());

  /** As Grafana asks: with the header of the data source, of the database that is called like the bucket. */
  async function ask(query: string): Promise<unknown[]> {
    const url = `${server.url}/query?${new URLSearchParams({ db: bucket, q: filled(query), epoch: 'ms' }).toString()}`;
    const answer = await fetch(url, { headers: { authorization: `Token ${server.token}` } });
    expect(answer.status).toBe(200);
    const { results } = (await answer.json()) as { results: { series?: { values: unknown[][] }[]; error?: string }[] };
    expect(results.map(({ error }) => error)).toEqual([undefined]);
    return (results[0]?.series ?? []).flatMap(({ values }) => values).filter(([, value]) => value !== null);
  }

  it.each(['cluster', 'pods'])(
    '%s: every panel and every variable has an answer',
    async (name) => {
      const { panels, templating } = dashboard(name);
      for (const { query } of templating.list)
        expect({ query, answer: (await ask(query)).length }).not.toMatchObject({ answer: 0 });
      for (const { title, targets } of panels)
        for (const { query } of targets)
          expect({ title, query, answer: await ask(query) }).toMatchObject({
            answer: expect.arrayContaining([expect.anything()]),
          });
    },
    120_000,
  );

  it('sums over nodes what is asked of the cluster', async () => {
    const [panel] = dashboard('cluster').panels;
    expect(await ask(panel?.targets[0]?.query ?? '')).toEqual([[T0, 14]]);
  });
});
