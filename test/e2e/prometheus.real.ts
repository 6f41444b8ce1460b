import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulation } from '../../sim/simulation.js';
import { cyclesSince, instant } from '../support/metric-answers.js';
import { parseExposition } from '../support/parse-exposition.js';
import { PrometheusServer } from '../support/prometheus-server.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';

const NODES = 3;
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-prometheus-'));
const open = new AsyncDisposableStack();
let program: Quartermaster;
let prometheus: PrometheusServer;

/** A viewer's token in a file. */
async function tokenFile(): Promise<string> {
  const { body } = await program.call<{ token: string }>('/api/v1/tokens', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'prometheus', role: 'viewer' }),
  });
  const file = join(folder, 'token');
  writeFileSync(file, body.token);
  return file;
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  const cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: NODES, podsPerNode: 5 });
  open.defer(() => cluster.close());
  program = open.use(
    await Quartermaster.start({
      KUBECONFIG: cluster.kubeconfigPath,
      DATA_DIR: join(folder, 'data'),
      METRIC_RESOLUTION: '5s',
    }),
  );
  await cyclesSince(program, 0, 2);
  const configuration = `
scrape_configs:
  - job_name: cluster
    metrics_path: /metrics/cluster
    scrape_interval: 2s
    honor_labels: true
    authorization:
      credentials_file: ${await tokenFile()}
    static_configs:
      - targets: ['${new URL(program.url).host}']
`;
  prometheus = open.use(await PrometheusServer.start(configuration));
});

afterAll(() => open.disposeAsync());

interface Pod {
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
}

/** What is told of a pod in one collection. */
function podLine({ namespace, pod }: Pod, atMs: number, value: number): string {
  return `${namespace}/${pod} at ${new Date(atMs).toISOString()}: ${value}`;
}

describe('a cluster that Prometheus sees through Quartermaster', () => {
  it('is what the strict parser of OpenMetrics takes: every node, every pod, and how complete that is', async () => {
    const scrape = await eventually('a scrape and an answer of the same collections', async () => {
      const families = parseExposition(await program.get<string>('/metrics/cluster'), 'openmetrics');
      const samplesOf = (name: string) =>
        families.find((family) => family.name === `quartermaster_kube_${name}`)?.samples ?? [];
      const kinds = Map.groupBy(samplesOf('memory_working_set_bytes'), ({ labels }) => labels['object']);
      const { items } = await instant(program, 'metric=memory/working_set&object=pod&limit=1000');
      const answered = items.map(({ object, time, value }) => podLine(object, Date.parse(time), value));
      const scraped = (kinds.get('pod') ?? []).map(({ labels, at, value }) => podLine(labels, (at ?? 0) * 1000, value));
      // pods come and go with every collection: what was asked before the next one must be the same to the last figure
      const areSame = isDeepStrictEqual(scraped.toSorted(), answered.toSorted());
      return areSame && answered.length > 0 && { kinds, samplesOf };
    });
    expect(scrape.kinds.get('node')).toHaveLength(NODES);
    expect(scrape.samplesOf('collection_nodes_present').map(({ value }) => value)).toEqual([NODES]);
  });

  it('has namespaces that are the sums of their pods', async () => {
    // Prometheus shows what has gone for five minutes more, so only what the newest collection has is asked for
    const working = (object: string): string => `quartermaster_kube_memory_working_set_bytes{object="${object}"}`;
    const newestAt = `max(timestamp(${working('ns')}))`;
    const newest = (object: string): string =>
      `(${working(object)} and timestamp(${working(object)}) == scalar(${newestAt}))`;
    const difference = `sum by (namespace) ${newest('pod')} - on (namespace) ${newest('ns')}`;
    const { found, atMs } = await eventually('a collection that is there as a whole', async () => {
      const [before] = await prometheus.query(newestAt);
      const answer = await prometheus.query(difference);
      const [after] = await prometheus.query(newestAt);
      const isWhole = answer.length > 0 && answer.every(({ value }) => value === 0);
      return isWhole && before && before.value === after?.value && { found: answer, atMs: before.value * 1000 };
    });
    const { items } = await instant(program, `metric=memory/working_set&object=ns&at=${atMs}&lookback=1s`);
    const namespaces = found.map(({ labels }) => labels['namespace'] ?? '');
    expect(namespaces.toSorted()).toEqual(items.map(({ object }) => object.namespace ?? '').toSorted());
  });

  it('has counters that grow', async () => {
    // kubelets keep their figures for up to 15 s, so in cycles of 5 s a counter stands and jumps
    const used = await eventually('counters of every node that grow', async () => {
      const answer = await prometheus.query(
        'increase(quartermaster_kube_cpu_usage_seconds_total{object="node"}[1m]) > 0',
      );
      return answer.length === NODES && answer;
    });
    expect(used.map(({ labels }) => labels['node'] ?? '').toSorted()).toEqual(['node-1', 'node-2', 'node-3']);
  });
});
