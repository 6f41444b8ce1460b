import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbLogStore, type DuckdbLogStoreOptions } from '../../src/adapters/duckdb/logs/log-store.duckdb.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import { DAMAGES } from '../support/damage.js';
import { aLogRecord, SECOND_NS, T0_NS } from '../support/log-records.js';
import { ANY, LogStoreFixture } from './log-store.fixture.js';

const T0_MS = Number(T0_NS / 1_000_000n);
const DAY_MS = 86_400_000;
const HOUR_NS = 3_600n * SECOND_NS;

const compare = <Value extends string | bigint>(one: Value, other: Value): number =>
  one < other ? -1 : one > other ? 1 : 0;

describe('DuckdbLogStore at its limits', () => {
  const fixture = new LogStoreFixture();
  const { append, messages } = fixture;
  let folder: string;
  let store: DuckdbLogStore;
  let usedRatio: number;

  async function open(over: Partial<DuckdbLogStoreOptions> = {}): Promise<void> {
    const diskProbe = () => Promise.resolve(usedRatio);
    store = await DuckdbLogStore.open({
      folder,
      diskProbe,
      chunkAgeMs: -4_000 * DAY_MS,
      retentionMs: 2 * DAY_MS,
      ...over,
    });
    const settled = () => Promise.resolve();
    fixture.take({
      writer: store.writer,
      reader: store.reader,
      upkeep: store.upkeep,
      settled,
      close: () => store.close(),
    });
  }
  async function reopen(over: Partial<DuckdbLogStoreOptions> = {}): Promise<void> {
    await store.close();
    await open(over);
  }
  const segments = async (): Promise<string[]> =>
    (await readdir(join(folder, 'segments'))).filter((file) => file.endsWith('.parquet')).sort();
  const atHour = (hour: number, over: Partial<LogRecord> = {}): LogRecord =>
    aLogRecord({ timeNs: T0_NS + BigInt(hour) * HOUR_NS, message: `hour ${hour}`, ...over });

  beforeEach(async () => {
    usedRatio = 0.5;
    folder = await mkdtemp(join(tmpdir(), 'log-limits-'));
    await open();
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('puts the lines of a segment in the order of where they come from, then of time', async () => {
    const lines = 5_000;
    const records = Array.from({ length: lines }, (_, at) =>
      atHour(0, { timeNs: T0_NS + BigInt((at * 7919) % lines), namespace: `team-${at % 3}`, pod: `web-${at % 7}` }),
    );
    await append(...records);
    await store.upkeep.upkeep(T0_MS + DAY_MS);
    const [file = ''] = await segments();
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(
      `SELECT namespace, pod, time FROM read_parquet('${join(folder, 'segments', file)}', file_row_number = true) ORDER BY file_row_number`,
    );
    const rows = result.getRowsJS() as [string, string, bigint][];
    connection.closeSync();
    instance.closeSync();
    const sorted = [...rows].sort(
      ([namespace, pod, time], [otherNamespace, otherPod, otherTime]) =>
        compare(namespace, otherNamespace) || compare(pod, otherPod) || compare(time, otherTime),
    );
    expect(rows).toHaveLength(lines);
    expect(rows).toEqual(sorted);
  });

  it('tells whoever sends to wait on a disk that is nearly full, and reads on', async () => {
    await append(atHour(0));
    usedRatio = 0.95;
    await reopen();
    await expect(append(atHour(1))).rejects.toMatchObject({ name: 'LogStoreBusyError', retryAfterMs: 30_000 });
    expect(await store.refusal()).toMatch(/95 % full/);
    expect(await messages(ANY)).toEqual(['hour 0']);
  });

  it('tells whoever sends to wait when too much waits, and takes all that it took', async () => {
    await reopen({ maxWaitingBytes: 1_000 });
    const calls = Array.from({ length: 20 }, (_, index) => store.writer.append([atHour(0, { message: `m${index}` })]));
    const ended = await Promise.allSettled(calls);
    const refused = ended.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(await messages(ANY)).toHaveLength(20 - refused.length);
    expect(await append(atHour(1))).toEqual(['stored']);
  });

  it('forgets lines that are older than they are kept, by whichever clock', async () => {
    await append(atHour(0), atHour(24 * 400, { message: 'from a strange clock', observedNs: T0_NS }));
    await store.upkeep.upkeep(T0_MS);
    await append(atHour(30));
    await store.upkeep.upkeep(T0_MS + 30 * 3_600_000);
    expect(await messages(ANY)).toHaveLength(3);
    await store.upkeep.upkeep(T0_MS + 3 * DAY_MS);
    expect(await messages(ANY)).toEqual(['hour 30']);
    expect(await segments()).toHaveLength(1);
  });

  it('forgets the oldest lines beyond its bytes, and goes on counting arrivals', async () => {
    await append(atHour(0));
    const arrival = await fixture.newestArrival();
    await store.upkeep.upkeep(T0_MS);
    await reopen({ maxBytes: 1 });
    await store.upkeep.upkeep(T0_MS);
    expect(await messages(ANY)).toEqual([]);
    await reopen();
    await append(atHour(1));
    const { lines } = await fixture.arrivals(ANY, arrival);
    expect(lines.map(({ line }) => line.record.message)).toEqual(['hour 1']);
  });

  it('puts small segments together, whose lines keep their places', async () => {
    for (const hour of [0, 1, 2, 3]) {
      await store.upkeep.upkeep(T0_MS);
      await append(atHour(hour), atHour(hour, { namespace: 'test', sequence: 1 }));
    }
    const before = await fixture.search(ANY);
    expect(before).toHaveLength(8);
    expect(await segments()).toHaveLength(3);
    await store.upkeep.upkeep(T0_MS);
    expect(await segments()).toHaveLength(1);
    expect(await fixture.search(ANY)).toEqual(before);
    await reopen();
    expect(await fixture.search(ANY)).toEqual(before);
    expect(await store.upkeep.stats()).toMatchObject({ engine: 'duckdb', lines: 8, oldestNs: T0_NS });
  });

  it('opens no segment whose words a question does not have', async () => {
    await reopen({ retentionMs: 2 * T0_MS });
    await append(atHour(0, { message: 'a needle' }));
    await store.upkeep.upkeep(T0_MS);
    await append(atHour(24, { message: 'hay' }));
    await store.upkeep.upkeep(T0_MS);
    const [, hay = ''] = await segments();
    DAMAGES.garbage(join(folder, 'segments', hay), 0);
    const needle = { kind: 'words' as const, tokens: ['needle'] };
    expect(await messages({ terms: [{ condition: needle, isNegated: false }] })).toEqual(['a needle']);
    expect(await store.damage()).toBeUndefined();
  });

  it.each(['flip', 'truncate', 'empty', 'remove', 'garbage'] as const)(
    'hides no line after damage to a filter of words, and makes it anew: %s',
    async (damage) => {
      const filters = async (): Promise<string[]> =>
        (await readdir(join(folder, 'segments'))).filter((file) => file.endsWith('.bloom'));
      const needle = { terms: [{ condition: { kind: 'words' as const, tokens: ['needle'] }, isNegated: false }] };
      await append(atHour(0, { message: 'a needle' }), atHour(0, { message: 'and hay' }));
      await store.upkeep.upkeep(T0_MS);
      const [name = ''] = await filters();
      const path = join(folder, 'segments', name);
      const whole = await readFile(path);
      await store.close();
      DAMAGES[damage](path, 0.3);
      await open({ retentionMs: 2 * T0_MS });
      expect(await messages(needle)).toEqual(['a needle']);
      await store.upkeep.upkeep(T0_MS);
      expect(await readFile(path)).toEqual(whole);
      expect(await messages(needle)).toEqual(['a needle']);
      expect(await store.damage()).toBeUndefined();
    },
  );

  it('knows document ids and arrivals after it was opened again', async () => {
    const arrival = await fixture.newestArrival();
    await append(atHour(0, { documentId: 'a' }));
    await reopen();
    expect(await append(atHour(0, { documentId: 'a' }), atHour(1, { documentId: 'b' }))).toEqual(['known', 'stored']);
    expect((await fixture.arrivals(ANY, arrival)).lines).toHaveLength(2);
  });

  it.each(['(?i)\\p{L}{900}', '\\p{LC}'])(
    'refuses the pattern %s, which is too much for its engine, in words',
    async (pattern) => {
      await append(atHour(0));
      const filter = { terms: [{ condition: { kind: 'regex', pattern }, isNegated: false }] } as const;
      const question = { filter, span: { fromNs: 0n, toNs: 2n * T0_NS } };
      const refusal = {
        code: 'UNPROCESSABLE',
        detail: expect.stringMatching(/regular expression.*: (pattern|invalid)/),
      };
      await expect(store.reader.search({ ...question, order: 'newest', limit: 1 })).rejects.toMatchObject(refusal);
      await expect(store.reader.facets({ ...question, keys: ['level'], maxValues: 1 })).rejects.toMatchObject(refusal);
    },
  );

  it('takes a document again after its time', async () => {
    await append(atHour(0, { documentId: 'a' }));
    expect(await append(atHour(1, { documentId: 'a' }))).toEqual(['stored']);
    expect(await append(atHour(1, { documentId: 'a' }))).toEqual(['known']);
  });

  it.each(['flip', 'truncate', 'empty', 'remove', 'garbage'] as const)(
    'sets a segment aside after: %s, says which lines are lost, and gives the others',
    async (damage) => {
      await append(atHour(0));
      await store.upkeep.upkeep(T0_MS);
      await append(atHour(24));
      await store.upkeep.upkeep(T0_MS);
      const [first = ''] = await segments();
      await store.close();
      DAMAGES[damage](join(folder, 'segments', first), 0.3);
      await open({ retentionMs: 2 * T0_MS });
      await store.upkeep.upkeep(T0_MS);
      const query = { filter: ANY, order: 'oldest' as const, limit: 10 };
      const page = await store.reader.search({ ...query, span: { fromNs: 0n, toNs: 2n * T0_NS } });
      expect(page.lines.map(({ record }) => record.message)).toEqual(['hour 24']);
      expect(page.lost).toEqual([
        { fromNs: T0_NS, toNs: T0_NS + 1n, reason: 'A file of log lines was damaged and set aside' },
      ]);
      expect((await store.damage())?.what).toMatch(/^a file of log lines/);
    },
  );

  it.each(['flip', 'empty', 'remove', 'garbage'] as const)(
    'keeps segments and says so when its database was damaged: %s',
    async (damage) => {
      await append(atHour(0));
      await store.upkeep.upkeep(T0_MS);
      await append(atHour(1));
      await store.close();
      DAMAGES[damage](join(folder, 'logs.duckdb'), 0.0001);
      await open({ retentionMs: 2 * T0_MS });
      const { lines, lost } = await store.reader.search({
        filter: ANY,
        span: { fromNs: 0n, toNs: 2n * T0_NS },
        order: 'oldest',
        limit: 10,
      });
      expect(lines[0]?.record.message).toBe('hour 0');
      expect(lost).toMatchObject([{ reason: 'The database of recent lines was damaged' }]);
      expect(await append(atHour(2))).toEqual(['stored']);
      if (damage !== 'empty') expect((await store.damage())?.what).toMatch(/the database of recent lines on /);
    },
  );
});
