import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, request } from 'undici';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { closeSums, sumSamples } from '../../src/metrics/core/aggregate.js';
import { decodeSummary } from '../../src/metrics/core/decode-summary.js';
import { enrichNode } from '../../src/metrics/core/enrich.js';
import type { MeasuredNode } from '../../src/metrics/core/measured.js';
import type { NodeReading } from '../../src/metrics/core/previous-reading.js';
import { rateNode } from '../../src/metrics/core/rate-node.js';
import type { ScopeSamples } from '../../src/metrics/metric-store.port.js';

const MINUTE_MS = 60_000;
const KUBELET_REFRESH_MS = 16_000;

/** Fills the metric store of a data folder with a day of cycles, a minute apart, that ends at `untilMs`. The objects are those of the simulated cluster. */
export async function seedDay(
  dataDir: string,
  kubeconfig: string,
  untilMs: number,
  cycles = 1440,
): Promise<{ readonly samples: number }> {
  const scopes = await sampleOnce(kubeconfig);
  const store = await DuckdbMetricStore.open({ folder: join(dataDir, 'metrics') });
  const samples = scopes.reduce((sum, scope) => sum + scope.samples.length, 0);
  try {
    for (let cycle = cycles; cycle > 0; cycle -= 1) {
      await store.writer.append(untilMs - cycle * MINUTE_MS, vary(scopes, cycle));
      if (cycle % 240 === 0) console.log(`  ${cycles - cycle} of ${cycles} cycles, ${samples} samples each`);
    }
  } finally {
    await store.close();
  }
  return { samples: samples * cycles };
}

/** The same objects with values that differ from cycle to cycle, so that nothing compresses better than it would in life. */
function vary(scopes: readonly ScopeSamples[], cycle: number): ScopeSamples[] {
  return scopes.map(({ scope, samples }, node) => ({
    scope,
    samples: samples.map((sample, index) => {
      const factor = 1 + 0.2 * Math.sin(cycle / 60 + node + index) + ((cycle * 7919 + index * 104_729) % 1000) / 10_000;
      return { ...sample, values: sample.values.map((value) => Math.round(value * factor * 1000) / 1000) };
    }),
  }));
}

/** One cycle's samples, with rates: two readings, as far apart as kubelets need to have new ones. */
async function sampleOnce(kubeconfig: string): Promise<ScopeSamples[]> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const user = config.getCurrentUser();
  const cluster = config.getCurrentCluster();
  const ca = cluster?.caData
    ? Buffer.from(cluster.caData, 'base64').toString()
    : readFileSync(cluster?.caFile ?? '', 'utf8');
  const dispatcher = new Agent({ connect: { ca } });
  const get = async (path: string): Promise<unknown> =>
    (
      await request(`${cluster?.server}${path}`, { dispatcher, headers: { authorization: `Bearer ${user?.token}` } })
    ).body.json();
  const { items } = (await get('/api/v1/nodes')) as { items: { metadata: { name: string } }[] };
  const measure = async (name: string): Promise<MeasuredNode> =>
    decodeSummary(Buffer.from(JSON.stringify(await get(`/api/v1/nodes/${name}/proxy/stats/summary`))), name);
  const readings = new Map<string, NodeReading>();
  const times = { collectedAtMs: Date.now(), maxWindowMs: 10 * MINUTE_MS };
  for (const { metadata: { name } } of items) readings.set(name, rateNode(await measure(name), undefined, { ...times, cycleAtMs: 1 })); // prettier-ignore
  await pause(KUBELET_REFRESH_MS);
  const scopes: ScopeSamples[] = [];
  for (const {
    metadata: { name },
  } of items) {
    // prettier-ignore
    const node = await measure(name);
    rateNode(node, readings.get(name), { ...times, collectedAtMs: Date.now(), cycleAtMs: 2 });
    scopes.push({ scope: name, samples: enrichNode(node, undefined, undefined) });
  }
  await dispatcher.close();
  return [...scopes, { scope: '', samples: closeSums(sumSamples(scopes.flatMap(({ samples }) => samples))) }];
}
