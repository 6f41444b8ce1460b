import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { aFullSample, aPod } from '../support/samples.js';
import { cpu, DAY, MINUTE, StoreFixture, T0 } from './metric-store.fixture.js';

const run = promisify(execFile);

/** A disk of 48 MB, which needs the right to mount. */
describe('DuckdbMetricStore on a disk that is full', () => {
  const fixture = new StoreFixture();
  const { append, instant } = fixture;
  const pods = Array.from({ length: 2_000 }, (_, index) => aPod({ pod: `p${String(index)}` }));
  const write = (cycle: number) =>
    append(
      T0 + cycle * MINUTE,
      pods.map((pod) => aFullSample(pod, Math.random() + cycle)),
    );
  let folder: string;
  let store: DuckdbMetricStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metric-full-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder]);
    store = await DuckdbMetricStore.open({ folder: join(folder, 'metrics'), diskProbe: () => Promise.resolve(0) });
    fixture.take({ writer: store.writer, reader: store.reader, close: () => store.close() });
  });
  afterEach(async () => {
    await store.close();
    await run('umount', [folder]);
    await rm(folder, { recursive: true });
  });

  it('rejects the append, reads on, keeps all that was acknowledged, and writes again when there is space', async () => {
    await writeFile(join(folder, 'ballast'), Buffer.alloc(16_000_000));
    let acknowledged = -1;
    const fill = async (): Promise<void> => {
      for (let cycle = 0; cycle < 500; cycle += 1) {
        await write(cycle);
        acknowledged = cycle;
      }
    };
    await expect(fill()).rejects.toMatchObject({ message: expect.stringMatching(/space|full|invalidated/i) });
    expect(acknowledged).toBeGreaterThan(0);
    const newest = async () => {
      const values = await instant(
        { type: 'pod' },
        { limit: 10_000, atMs: T0 + 1_000 * MINUTE, lookbackMs: 1_000 * MINUTE },
      );
      return { pods: values.length, cycles: [...new Set(values.map(({ cycleAtMs }) => (cycleAtMs - T0) / MINUTE))] };
    };
    expect(await newest()).toEqual({ pods: 2_000, cycles: [acknowledged] });
    await rm(join(folder, 'ballast'));
    await write(acknowledged + 1);
    expect(await newest()).toEqual({ pods: 2_000, cycles: [acknowledged + 1] });
    const [series] = await fixture.range({ type: 'pod', pod: 'p7' }, { toMs: T0 + 1_000 * MINUTE });
    expect(series?.points).toHaveLength(acknowledged + 2);
  });

  it('forgets old days when not a byte is left, and so gets space to write again', async () => {
    await append(T0 - 3 * DAY, [cpu(aPod(), 1)]);
    for (let cycle = 0; cycle < 20; cycle += 1) await write(cycle - 2 * 1440);
    await store.closeDays(T0 - DAY);
    await store.rollUp(T0 - DAY);
    const fill = async (): Promise<void> => {
      for (let size = 2 ** 20, count = 0; size >= 1; count += 1) {
        try {
          await appendFile(join(folder, 'ballast'), Buffer.alloc(size));
        } catch {
          size /= 4;
        }
        if (count > 1000) throw new Error('The disk does not fill');
      }
    };
    await fill();
    expect(await store.dropBefore('raw', T0 - DAY)).toHaveLength(2);
    expect(await store.dropBefore('raw', T0 - DAY)).toEqual([]);
    await write(0);
    expect(await instant({ type: 'pod' }, { limit: 10_000 })).toHaveLength(2_000);
  });
});
