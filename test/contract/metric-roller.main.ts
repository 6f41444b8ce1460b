/**
 * Appends cycle after cycle to a DuckDB metric store, rolls up, sorts hours and closes days meanwhile, and says what it does; to be killed. A cycle is ten scopes of two pods
 * whose gauge is the cycle's number and whose counter its tenfold. Now and then a cycle of an hour ago is written again, which must be rolled up again.
 */
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { aPod, aSample } from '../support/samples.js';

const [folder = '', firstCycle = '0', startMs = '0'] = process.argv.slice(2);
const MINUTE = 60_000;
const scopes = Array.from({ length: 10 }, (_, index) => `node-${String(index)}`);
const store = await DuckdbMetricStore.open({ folder, checkpointBytes: 200_000, diskProbe: () => Promise.resolve(0) });
const atMs = (cycle: number): number => Number(startMs) + cycle * MINUTE;
const write = (cycle: number): Promise<void> =>
  store.writer.append(
    atMs(cycle),
    scopes.map((node) => ({
      scope: node,
      samples: ['a', 'b'].map((pod) => {
        const name = `${node}-${pod}`;
        const values = { 'memory/usage': cycle, 'memory/page_faults': 10 * cycle };
        return aSample(aPod({ node, pod: name, podUid: name }), values);
      }),
    })),
  );

for (let cycle = Number(firstCycle); ; cycle += 1) {
  await write(cycle);
  process.stdout.write(`acknowledged ${String(cycle)}\n`);
  if (cycle % 12 !== 11) continue;
  if (cycle > 60) await write(cycle - 60);
  process.stdout.write(`rolling ${String(cycle)}\n`);
  await store.rollUp(atMs(cycle));
  process.stdout.write(`sorting ${String(cycle)}\n`);
  await store.sortHours(atMs(cycle));
  process.stdout.write(`closing ${String(cycle)}\n`);
  await store.closeDays(atMs(cycle));
}
