/**
 * Appends cycle after cycle to a DuckDB metric store and says of each, once it is acknowledged, its number; to be killed.
 * A cycle is ten scopes of four pods whose values are the cycle's number; every third cycle is written twice, with other values first.
 */
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { aPod, aSample } from '../support/samples.js';

const [folder = '', firstCycle = '0', startMs = '0'] = process.argv.slice(2);
const MINUTE = 60_000;
const scopes = Array.from({ length: 10 }, (_, index) => `node-${String(index)}`);
const store = await DuckdbMetricStore.open({ folder, checkpointBytes: 200_000, diskProbe: () => Promise.resolve(0) });

for (let cycle = Number(firstCycle); ; cycle += 1) {
  const write = (value: number): Promise<void> =>
    store.writer.append(
      Number(startMs) + cycle * MINUTE,
      scopes.map((node) => ({
        scope: node,
        samples: [0, 1, 2, 3].map((pod) => {
          const name = `${node}-${String(pod)}`;
          return aSample(aPod({ node, pod: name, podUid: name }), { 'cpu/usage_rate': value, 'memory/usage': value });
        }),
      })),
    );
  if (cycle % 3 === 0) await write(-1);
  await write(cycle);
  process.stdout.write(`acknowledged ${String(cycle)}\n`);
  if (cycle % 40 === 39) await store.closeDays(Number(startMs) + cycle * MINUTE);
}
