import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { asTenant, fillStore, MetricClient, noCycles, startMetricApi } from '../support/metric-api.js';

/** What a caller that sees the namespace `shop` alone must never be told, unless it said it itself. */
const FOREIGN = /vault|"bank"/;

let app: NestFastifyApplication;
let client: MetricClient;
beforeAll(async () => {
  const { writer, reader } = new MemoryMetricStore();
  await fillStore(writer);
  app = await startMetricApi(reader, noCycles);
  client = new MetricClient(app);
});
afterAll(() => app.close());

const field = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const selectors = {
  namespace: field('shop', 'bank'),
  node: field('node-1'),
  labelSelector: field('app', '!app', 'app!=web'),
  groupBy: field('namespace', 'workload', 'cluster', 'pod,node', 'label:app'),
  across: field('sum', 'count'),
  aggregation: field('p95', 'count', 'rate'),
  offset: field('10m'),
  order: field('asc', 'name'),
  from: field('-30m'),
  scope: field('cluster', 'node', 'namespace', 'workload'),
  format: field('csv', 'ndjson', 'openmetrics'),
};

it('never tells a caller that is limited to a namespace of another one, whatever it asks', async () => {
  const takes: Record<string, (keyof typeof selectors)[]> = {
    query: ['namespace', 'node', 'labelSelector', 'groupBy', 'across', 'aggregation', 'offset', 'from'],
    instant: ['namespace', 'node', 'labelSelector'],
    top: ['namespace', 'node', 'labelSelector', 'order', 'from', 'aggregation'],
    export: ['namespace', 'node', 'labelSelector', 'from', 'aggregation', 'format'],
    usage: ['scope', 'namespace', 'from'],
  };
  const answered = new Map<string, number>();
  const path = fc.constantFrom(...Object.keys(takes));
  const object = fc.constantFrom('pod', 'pod_container', 'ns', 'node', 'cluster', 'sys_container');
  const metric = fc.constantFrom('cpu/usage_rate', 'cpu/usage', 'memory/usage');
  await fc.assert(
    fc.asyncProperty(path, object, metric, fc.record(selectors), async (where, type, name, given) => {
      const known = (takes[where] ?? []).flatMap((key) => (given[key] === undefined ? [] : [[key, given[key]]]));
      const about = where === 'usage' ? {} : { object: type, metric: name };
      const answer = await client.get(where, { ...about, ...Object.fromEntries(known) }, asTenant);
      expect(answer.statusCode).not.toBe(500);
      if (answer.statusCode !== 200) return;
      answered.set(where, (answered.get(where) ?? 0) + 1);
      expect(answer.body).not.toMatch(FOREIGN);
    }),
    { numRuns: 500 },
  );
  expect([...answered.keys()].sort((left, right) => (left < right ? -1 : 1))).toEqual(
    Object.keys(takes).sort((left, right) => (left < right ? -1 : 1)),
  );
});
