import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import type { DamageReport } from '../../src/adapters/duckdb/damaged-files.js';
import { DAMAGES, type DamageKind, seededRandom } from '../support/damage.js';
import { ALL, append, CYCLES, type Cycles, cyclesOf, OPEN_DAY, wholeRange } from './metric-store-damage.fixture.js';
import { DAY } from './metric-store.fixture.js';

const SEGMENT = 'segments/pod_20260304_g1.parquet';
const MAIN = 'metrics.duckdb';
const LOG = 'metrics.duckdb.wal';
const COPY = 'catalogue.duckdb';

/** How much of it is tried: of each kind of damage at least one. */
export interface DamageCounts {
  readonly logTruncations: number;
  readonly logFlips: number;
  readonly databaseFlips: number;
  readonly segmentFlips: number;
  /** What happens to the database, to a file of closed days, also while it is open, and to the catalogue's copy. */
  readonly database: readonly DamageKind[];
  readonly segment: readonly DamageKind[];
  readonly openSegment: readonly DamageKind[];
  readonly copy: readonly DamageKind[];
}

/** The embedded store on files that are damaged in every way: it opens, serves the rest, says what it lost, and goes on. */
export function damageSuite(counts: DamageCounts): void {
  const folders: string[] = [];
  let template: string;

  const temporary = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'metric-damage-'));
    folders.push(folder);
    return folder;
  };
  const openStore = (folder: string) => DuckdbMetricStore.open({ folder, diskProbe: () => Promise.resolve(0) });

  beforeAll(async () => {
    const folder = temporary();
    let store = await openStore(folder);
    for (const day of [0, 1]) for (let cycle = 0; cycle < CYCLES; cycle += 1) await append(store, day, cycle);
    await store.closeDays(OPEN_DAY);
    for (let cycle = 0; cycle < CYCLES; cycle += 1) await append(store, 2, cycle);
    await store.close();
    store = await openStore(folder);
    for (let cycle = CYCLES; cycle < 2 * CYCLES; cycle += 1) await append(store, 2, cycle);
    template = temporary();
    cpSync(folder, template, { recursive: true }); // as a kill leaves it
    await store.close();
  });
  afterEach(() => {
    for (const folder of folders.splice(2)) rmSync(folder, { recursive: true });
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  const damagedCopy = (damage: (folder: string) => void): string => {
    const folder = temporary();
    cpSync(template, folder, { recursive: true });
    damage(folder);
    return folder;
  };

  /** Opens the store, twice, appends between, and gives what it has and says. No value may be wrong at any time. */
  async function survey(folder: string): Promise<{ cycles: Cycles; damage: DamageReport | undefined }> {
    const store = await openStore(folder);
    await store.lookForDamage();
    const cycles = await cyclesOf(store);
    expect(await cyclesOf(store)).toEqual(cycles);
    await append(store, 2, 3 * CYCLES); // reads the catalogue, whose damage may be found only now
    const damage = await store.damage();
    const after: Cycles = [cycles[0], cycles[1], cycles[2] + 1];
    expect(await cyclesOf(store)).toEqual(after);
    await store.close();
    const again = await openStore(folder);
    await again.lookForDamage();
    expect(await cyclesOf(again)).toEqual(after);
    expect(await again.damage()).toEqual(damage);
    if (await closesDays(again)) expect(await cyclesOf(again)).toEqual(after);
    else expect((await cyclesOf(again)).slice(0, 2)).toEqual(after.slice(0, 2));
    await again.close();
    return { cycles, damage };
  }

  /** Whether it does so at once. It reads every column: a damage that no question has met is met by it, told, and gone when it is asked again, as its job does. */
  async function closesDays(store: DuckdbMetricStore): Promise<boolean> {
    try {
      await store.closeDays(OPEN_DAY + DAY);
      return true;
    } catch {
      expect((await store.damage())?.what).toContain('the database of open days on ');
      await store.closeDays(OPEN_DAY + DAY);
      return false;
    }
  }

  const spread = (count: number, seed: number): number[] => Array.from({ length: count }, seededRandom(seed));
  const kept = (folder: string): string[] => {
    const damaged = join(folder, 'damaged');
    return existsSync(damaged) ? readdirSync(damaged).map((name) => name.replace(/^\w+-/, '')) : [];
  };

  it('loses nothing of files that a kill left', async () => {
    expect(await survey(damagedCopy(() => undefined))).toEqual({ cycles: ALL, damage: undefined });
  });

  describe('the write-ahead log', () => {
    it.each(spread(counts.logTruncations, 1))(
      'truncated at %p of its length: what stands before is there',
      async (at) => {
        const { cycles } = await survey(damagedCopy((folder) => DAMAGES.truncate(join(folder, LOG), at)));
        expect(cycles.slice(0, 2)).toEqual(ALL.slice(0, 2));
        expect(cycles[2]).toBe(CYCLES + Math.floor(at * CYCLES));
      },
    );

    it.each(spread(counts.logFlips, 2))(
      'with a wrong bit at %p of its length: what stands before is there',
      async (at) => {
        const folder = damagedCopy((folder) => DAMAGES.flip(join(folder, LOG), at));
        const original = readFileSync(join(folder, LOG));
        const { cycles, damage } = await survey(folder);
        expect(cycles).toEqual([CYCLES, CYCLES, CYCLES + Math.floor(at * CYCLES)]);
        expect(damage).toMatchObject({ files: 1, what: expect.stringContaining('the write-ahead log on ') });
        const found = await openStore(folder);
        expect((await found.reader.lost()).map(({ tier, kind }) => [tier, kind])).toEqual([['raw'], ['5m'], ['1h']]);
        await found.close();
        expect(readFileSync(onlyFile(join(folder, 'damaged'))).equals(original)).toBe(true);
      },
    );

    it('with a wrong length in it, which DuckDB would take for its end', async () => {
      const folder = damagedCopy((folder) => {
        const log = readFileSync(join(folder, LOG));
        log[8 + 6] = 1; // the first entry's length
        writeFileSync(join(folder, LOG), log);
      });
      const { cycles, damage } = await survey(folder);
      expect(cycles).toEqual([CYCLES, CYCLES, CYCLES]);
      expect(damage).toMatchObject({ files: 1 });
    });

    it.each<[DamageKind, number, number]>([
      ['empty', 0, CYCLES],
      ['remove', 0, CYCLES],
      ['garbage', 1, CYCLES],
      ['zeroesAfter', 1, 2 * CYCLES],
    ])('after %s: %p files are set aside, and %p cycles of the open day are there', async (kind, files, cycles) => {
      const found = await survey(damagedCopy((folder) => DAMAGES[kind](join(folder, LOG), 0.5)));
      expect([found.damage?.files ?? 0, found.cycles]).toEqual([files, [CYCLES, CYCLES, cycles]]);
    });

    it('of another database', async () => {
      const other = join(temporary(), 'other.duckdb');
      const duckdb = await DuckDBInstance.create(other);
      const connection = await duckdb.connect();
      await connection.run('CREATE TABLE objects (a INTEGER)');
      const folder = damagedCopy((folder) => cpSync(`${other}.wal`, join(folder, LOG)));
      connection.closeSync();
      duckdb.closeSync();
      const { cycles, damage } = await survey(folder);
      expect(cycles).toEqual([CYCLES, CYCLES, CYCLES]);
      expect(damage).toMatchObject({ files: 1 });
    });
  });

  describe('the database', () => {
    it.each(spread(counts.databaseFlips, 3))(
      'with a wrong bit at %p of its length: closed days are there, and of the open day whole cycles',
      async (at) => {
        const folder = damagedCopy(() => undefined);
        await (await openStore(folder)).close(); // folds the log in
        DAMAGES.flip(join(folder, MAIN), at);
        const { cycles, damage } = await survey(folder);
        expect(cycles.slice(0, 2)).toEqual(ALL.slice(0, 2));
        if (!damage) expect(cycles).toEqual(ALL);
      },
    );

    it.each(counts.database)('after %s: closed days are there', async (kind) => {
      const folder = damagedCopy((folder) => DAMAGES[kind](join(folder, MAIN), 0.5));
      const { cycles, damage } = await survey(folder);
      expect(cycles.slice(0, 2)).toEqual(ALL.slice(0, 2));
      expect(damage?.what).toMatch(/the database of open days on \d{4}-\d\d-\d\d/);
      expect(damage?.what.endsWith(' (gone)')).toBe(kind === 'remove');
    });

    it('and the copy of its catalogue: starts empty, and keeps every file of closed days', async () => {
      const folder = damagedCopy((folder) => {
        for (const file of [MAIN, COPY]) DAMAGES.garbage(join(folder, file), 0.5);
      });
      const segments = readdirSync(join(folder, 'segments'));
      const { cycles } = await survey(folder);
      expect(cycles).toEqual([0, 0, 0]);
      expect(kept(folder)).toEqual(expect.arrayContaining([...segments, MAIN]));
    });
  });

  describe('a file of closed days', () => {
    const lost: Cycles = [0, CYCLES, 2 * CYCLES];

    it.each(spread(counts.segmentFlips, 5))('with a wrong bit at %p of its length is set aside', async (at) => {
      const { cycles, damage } = await survey(damagedCopy((folder) => DAMAGES.flip(join(folder, SEGMENT), at)));
      expect(cycles).toEqual(lost);
      expect(damage).toMatchObject({ files: 1, what: 'pod samples of 2026-03-04' });
    });

    it.each(counts.segment)('after %s is set aside', async (kind) => {
      const { cycles, damage } = await survey(damagedCopy((folder) => DAMAGES[kind](join(folder, SEGMENT), 0.5)));
      expect(cycles).toEqual(lost);
      expect(damage).toMatchObject({
        files: 1,
        what: `pod samples of 2026-03-04${kind === 'remove' ? ' (gone)' : ''}`,
      });
    });

    it.each(counts.openSegment)(
      'after %s while the store is open is set aside by the query that meets it, which answers without it',
      async (kind) => {
        const folder = damagedCopy(() => undefined);
        const store = await openStore(folder);
        DAMAGES[kind](join(folder, SEGMENT), 0.5);
        expect(await cyclesOf(store)).toEqual(lost);
        expect(await store.damage()).toMatchObject({ files: 1 });
        const fromMs = OPEN_DAY - 2 * DAY;
        expect(await store.reader.lost()).toEqual(
          // no tier has been rolled up: all of them read raw samples
          ['raw', '5m', '1h'].map((tier) => ({ tier, kind: { type: 'pod' }, fromMs, toMs: fromMs + DAY })),
        );
        await store.close();
        expect(await survey(folder)).toMatchObject({ cycles: lost, damage: { files: 1 } });
      },
    );

    it('takes samples of its day again, in a file of the same name', async () => {
      const folder = damagedCopy((folder) => DAMAGES.garbage(join(folder, SEGMENT), 0.5));
      let store = await openStore(folder);
      await store.lookForDamage();
      await store.close();
      store = await openStore(folder);
      for (let cycle = 0; cycle < CYCLES; cycle += 1) await append(store, 0, cycle);
      expect(await cyclesOf(store)).toEqual(ALL);
      await store.closeDays(OPEN_DAY);
      await store.close();
      store = await openStore(folder);
      await store.lookForDamage();
      expect(await cyclesOf(store)).toEqual(ALL);
      expect(await store.damage()).toMatchObject({ files: 1 });
      await store.close();
    });

    it('is not alone: one query meets all that are gone, and is answered from the rest', async () => {
      const folder = damagedCopy(() => undefined);
      const store = await openStore(folder);
      for (const file of readdirSync(join(folder, 'segments'))) rmSync(join(folder, 'segments', file));
      const queries = Array.from({ length: 4 }, () => wholeRange(store));
      for (const series of await Promise.all(queries)) {
        expect(series.map(({ points }) => points.length)).toEqual(Array.from({ length: 12 }, () => 2 * CYCLES));
      }
      await store.close();
    });
  });

  it.each(counts.copy)("loses nothing when the catalogue's copy is damaged: %s", async (kind) => {
    const folder = damagedCopy((folder) => DAMAGES[kind](join(folder, COPY), 0.5));
    expect((await survey(folder)).cycles).toEqual(ALL);
    DAMAGES.garbage(join(folder, MAIN), 0.5);
    const store = await openStore(folder);
    expect((await cyclesOf(store)).slice(0, 2)).toEqual([CYCLES, CYCLES]);
    await store.close();
  });

  it('finishes a rebuild that was killed, and removes what was begun of one', async () => {
    const folder = damagedCopy((folder) => {
      writeFileSync(join(folder, 'rebuilt.duckdb.tmp'), 'half');
      cpSync(join(folder, MAIN), join(folder, 'rebuilt.duckdb'));
      DAMAGES.garbage(join(folder, MAIN), 0.5);
    });
    const { cycles } = await survey(folder);
    expect(cycles).toEqual([CYCLES, CYCLES, CYCLES]);
    expect(readdirSync(folder).filter((name) => name.startsWith('rebuilt'))).toEqual([]);
    expect(kept(folder).sort()).toEqual([MAIN, LOG]);
  });

  it('takes a database whose making was killed for none', async () => {
    const folder = temporary();
    writeFileSync(join(folder, MAIN), '');
    const store = await openStore(folder);
    expect(await store.damage()).toBeUndefined();
    await store.close();
  });

  it('says so until the operator deletes what was set aside, and counts it in its bytes', async () => {
    const folder = damagedCopy((folder) => DAMAGES.garbage(join(folder, SEGMENT), 0.5));
    const store = await openStore(folder);
    await store.lookForDamage();
    const size = statSync(onlyFile(join(folder, 'damaged'))).size;
    const { bytesOnDisk } = await store.stats();
    rmSync(onlyFile(join(folder, 'damaged')));
    expect(await store.damage()).toBeUndefined();
    expect(bytesOnDisk - (await store.stats()).bytesOnDisk).toBe(size);
    await store.close();
  });
}

function onlyFile(folder: string): string {
  const names = readdirSync(folder);
  expect(names).toHaveLength(1);
  return join(folder, names[0] ?? '');
}
