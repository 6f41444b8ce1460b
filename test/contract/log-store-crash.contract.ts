import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DuckdbLogStore } from '../../src/adapters/duckdb/logs/log-store.duckdb.js';
import { LogStoreBusyError } from '../../src/logs/store/log-store.port.js';
import { eventually } from '../support/eventually.js';
import { aLogRecord, SECOND_NS, T0_NS } from '../support/log-records.js';
import { startTypescriptChild } from '../support/typescript-child.js';
import { ALWAYS, ANY } from './log-store.fixture.js';

const LINES = 50;

/** Kills the process of an embedded log store again and again, anywhere in its work: appends, closing chunks, putting segments together. */
export function logCrashSuite(kills: number): void {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'log-crash-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps every acknowledged line, each once, and none of a batch that is not whole', async () => {
    const acknowledged = new Set<number>();
    const begun = new Set<number>();
    for (let kill = 0; kill < kills; kill += 1) {
      const next = begun.size === 0 ? 0 : 2 * Math.ceil((Math.max(...begun) + 1) / 2);
      const child = startTypescriptChild('../contract/log-appender.main.ts', folder, String(next));
      const target = `acknowledged ${String(next + 4 + 2 * Math.floor(Math.random() * 40))}`;
      await child.waitForLine((line) => line === target);
      await pause(Math.random() * 60); // anywhere in the work that follows
      await child.kill();
      await expect(child.waitForLine(() => false)).rejects.toThrow('The process ended'); // every line has been read
      for (const line of child.lines) {
        const [what, batch] = line.split(' ');
        (what === 'begun' ? begun : acknowledged).add(Number(batch));
      }
      await expectWhole(acknowledged, begun);
    }
  });

  async function expectWhole(acknowledged: ReadonlySet<number>, begun: ReadonlySet<number>): Promise<void> {
    const store = await DuckdbLogStore.open({ folder, diskProbe: () => Promise.resolve(0) });
    try {
      expect(await store.damage()).toBeUndefined();
      const { lines, hasMore, lost } = await store.reader.search({
        filter: ANY,
        span: ALWAYS,
        order: 'oldest',
        limit: 1e6,
      });
      expect([hasMore, lost]).toEqual([false, []]);
      const counts = new Map<number, number[]>();
      for (const { record } of lines) {
        const [batch = 0, line = 0] = record.message.split('-').map(Number);
        const ofBatch = counts.get(batch) ?? Array<number>(LINES).fill(0);
        ofBatch[line] = (ofBatch[line] ?? 0) + 1;
        counts.set(batch, ofBatch);
      }
      for (const batch of acknowledged)
        expect({ batch, lines: counts.get(batch)?.length }).toEqual({ batch, lines: LINES });
      for (const [batch, ofBatch] of counts) {
        expect(begun).toContain(batch);
        expect({ batch, counts: [...new Set(ofBatch)] }).toEqual({ batch, counts: [1] });
      }
      // before anything is appended: a store that is full begins to close chunks then, in files of that name
      const files = await readdir(join(folder, 'segments'));
      expect(files.filter((file) => file.endsWith('.tmp'))).toEqual([]);
      await expectKnown(store, Math.max(...[...acknowledged].filter((batch) => batch % 2 === 0)));
    } finally {
      await store.close();
    }
  }

  /** The newest batch that was acknowledged and has document ids is known, although the process that wrote it is gone. */
  async function expectKnown(store: DuckdbLogStore, batch: number): Promise<void> {
    const timeNs = T0_NS + BigInt(batch) * SECOND_NS;
    const again = aLogRecord({ timeNs, message: `${String(batch)}-0`, documentId: `${String(batch)}-0` });
    const outcomes = await eventually('the store takes lines again, when those who were killed have left it full', () =>
      store.writer.append([again]).catch((error: unknown) => {
        if (error instanceof LogStoreBusyError) return undefined;
        throw error;
      }),
    );
    expect(outcomes).toEqual(['known']);
  }
}
