import { afterEach, describe, expect, it } from '@jest/globals';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { aContainer, aFullSample, aPod } from '../support/samples.js';
import { crashSuite } from './metric-store-crash.contract.js';
import { MINUTE, T0 } from './metric-store.fixture.js';

const NODES = 100;
const PODS_PER_NODE = 30;
/** The log is folded in at 64 MB. */
const LARGE_LOG_BYTES = 58_000_000;
const LONGEST_OPEN_CPU_MS = 3_000;

/** Needs no engine, but more time than the usual run should take. */
describe('DuckdbMetricStore whose process is killed thirty times', () => {
  crashSuite(30);
});

describe('DuckdbMetricStore of 100 nodes whose process is killed', () => {
  const folders: string[] = [];
  const temporary = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'metric-large-log-'));
    folders.push(folder);
    return folder;
  };
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  it('opens with less than 3 s of CPU time when its write-ahead log is as large as it gets', async () => {
    const folder = temporary();
    const store = await DuckdbMetricStore.open({ folder, diskProbe: () => Promise.resolve(0) });
    let cycles = 0;
    while ((await store.stats()).walBytes < LARGE_LOG_BYTES) {
      await store.writer.append(T0 + cycles * MINUTE, cycleOf(cycles));
      cycles += 1;
    }
    const { rows } = await store.stats();
    const killed = temporary();
    cpSync(folder, killed, { recursive: true });
    await store.close();
    const before = process.cpuUsage(); // and not the time of the clock: the machine may be busy with other things
    const again = await DuckdbMetricStore.open({ folder: killed });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(LONGEST_OPEN_CPU_MS);
    expect((await again.stats()).rows).toBe(rows);
    await again.close();
  });
});

function cycleOf(cycle: number) {
  return Array.from({ length: NODES }, (_, index) => {
    const node = `node-${String(index)}`;
    const samples = Array.from({ length: PODS_PER_NODE }, (_, pod) => {
      const name = { node, pod: `${node}-${String(pod)}`, podUid: `${node}-${String(pod)}` };
      return [aFullSample(aPod(name), cycle + pod / 7), aFullSample(aContainer(name), cycle + pod / 9)];
    });
    return { scope: node, samples: samples.flat() };
  });
}
