import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ElasticsearchLogStore,
  type ElasticsearchLogStoreOptions,
} from '../../src/adapters/elasticsearch/log-store.elasticsearch.js';
import { DataDirInUseError } from '../../src/adapters/duckdb/data-dir-lock.js';
import { Log } from '../../src/platform/log.js';
import { ElasticsearchStub, type StubMood } from '../support/elasticsearch-stub.js';
import { eventually } from '../support/eventually.js';
import { aLogRecord, T0_NS } from '../support/log-records.js';

const SPAN = { fromNs: 0n, toNs: T0_NS * 2n };

describe('an Elasticsearch that is the log store', () => {
  let server: ElasticsearchStub;
  let folder: string;
  let opened: ElasticsearchLogStore[];
  beforeEach(async () => {
    server = await ElasticsearchStub.start();
    folder = await mkdtemp(join(tmpdir(), 'elasticsearch-away-'));
    opened = [];
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const open = async (over: Partial<ElasticsearchLogStoreOptions> = {}): Promise<ElasticsearchLogStore> => {
    const limits = { bufferMaxBytes: 1_000_000, maxScanned: 1000, timeoutMs: 600_000, startWaitMs: 50 };
    const options = { url: server.url, stream: 'stub', bufferFolder: folder, ...limits, log: Log.silent(), ...over };
    const store = await ElasticsearchLogStore.open(options);
    opened.push(store);
    return store;
  };
  const lines = (...messages: string[]) => messages.map((message) => aLogRecord({ message }));
  const arrived = (count: number) => eventually('lines arrive', () => server.messages().length >= count);
  const back = (store: ElasticsearchLogStore) => eventually('nothing waits', () => store.degradedBecause === undefined);
  /** The process ends and starts again. */
  const reopen = async (store: ElasticsearchLogStore): Promise<ElasticsearchLogStore> => {
    await store.close();
    opened = opened.filter((one) => one !== store);
    return open();
  };

  it.each<[string, StubMood]>([
    ['breaks connections', 'away'],
    ['is starting', { status: 503 }],
    ['is asked too much', { status: 429 }],
    ['is silent', 'silent'],
  ])('opens while it %s, keeps lines, and hands them over when it is back', async (_, mood) => {
    server.mood = mood;
    const store = await open(mood === 'silent' ? { timeoutMs: 1000 } : {});
    expect(store.degradedBecause).toBeDefined();
    expect(await store.writer.append(lines('first', 'second'))).toEqual(['stored', 'stored']);
    expect(await store.writer.append(lines('third'))).toEqual(['stored']);
    const search = store.reader.search({ filter: { terms: [] }, span: SPAN, order: 'newest', limit: 1 });
    await expect(search).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await store.upkeep.stats()).toEqual({ engine: 'elasticsearch', waiting: 3 });
    expect(store.degradedBecause).toBe('Elasticsearch does not take lines; 3 wait on disk');
    expect(server.messages()).toEqual([]);
    server.mood = 'up';
    await arrived(3);
    expect(server.messages()).toEqual(['first', 'second', 'third']);
    await back(store);
    await store.writer.append(lines('fourth'));
    expect(server.messages()).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('is told to be there again without any line', async () => {
    server.mood = 'away';
    const store = await open();
    expect(store.degradedBecause).toBeDefined();
    server.mood = 'up';
    await back(store);
  });

  it.each([
    [401, 'does not accept the credentials; check ELASTICSEARCH_API_KEY'],
    [403, 'lack rights'],
  ])('does not open when it answers %i, and says why without the secret', async (status, reason) => {
    server.mood = { status };
    const failure = await open({ apiKey: 'hunter2222' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ElasticsearchError', status });
    expect((failure as Error).message).toContain(reason);
    expect(JSON.stringify([failure, (failure as Error).stack])).not.toContain('hunter2222');
    server.mood = 'up';
    await open(); // the folder is free again
  });

  it('keeps what waits over a start, and hands it over in order', async () => {
    const store = await open();
    server.mood = 'away';
    for (const message of ['a', 'b', 'c']) await store.writer.append(lines(message));
    const again = await reopen(store);
    await again.writer.append(lines('d'));
    expect(server.messages()).toEqual([]);
    server.mood = 'up';
    await arrived(4);
    expect(server.messages()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('holds the folder for one process', async () => {
    await open();
    await expect(open()).rejects.toBeInstanceOf(DataDirInUseError);
  });

  it('refuses lines when the buffer is full, and none of the call is kept', async () => {
    const store = await open();
    server.mood = 'away';
    const large = lines('x');
    const outcomes: unknown[] = [];
    for (let count = 0; count < 40; count += 1) {
      const message = Array.from({ length: 7500 }, () => Math.random().toString(36)).join(' ');
      outcomes.push(await store.writer.append(lines(message)).catch((error: unknown) => error));
    }
    const taken = outcomes.filter((outcome) => Array.isArray(outcome)).length;
    expect(taken).toBeGreaterThan(2);
    expect(taken).toBeLessThan(40);
    expect(outcomes.at(-1)).toMatchObject({ name: 'LogStoreBusyError', retryAfterMs: expect.any(Number) });
    server.mood = 'up';
    await back(store);
    expect(await store.writer.append(large)).toEqual(['stored']);
    expect(server.messages()).toHaveLength(taken + 1);
  });

  it('does not double lines whose request was carried out but not answered', async () => {
    const store = await open();
    await store.writer.append(lines('before'));
    server.afterBulk = () => {
      throw new Error('died');
    };
    expect(await store.writer.append(lines('first', 'second'))).toEqual(['stored', 'stored']);
    server.rollOver();
    server.afterBulk = () => undefined;
    await back(store);
    expect(server.messages()).toEqual(['before', 'first', 'second']);
  });

  it('gets again what it had no room for, item by item', async () => {
    const store = await open();
    let refusals = 3;
    server.refuse = ({ message }) => (message === 'b' && (refusals -= 1) >= 0 ? 429 : undefined);
    expect(await store.writer.append(lines('a', 'b', 'c'))).toEqual(['stored', 'stored', 'stored']);
    expect(server.messages()).toEqual(['a', 'c', 'b']);
    expect(store.degradedBecause).toBeUndefined();
  });

  it('gets in parts what is too large for it, or for a proxy before it', async () => {
    const store = await open();
    server.mostBytes = 4000;
    const messages = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    expect(await store.writer.append(lines(...messages))).toEqual(messages.map(() => 'stored'));
    expect(server.messages()).toEqual(messages);
    expect(store.degradedBecause).toBeUndefined();
  });

  it('keeps the text of a line whose other parts it refuses', async () => {
    const store = await open();
    server.refuse = (source) => ('kubernetes.namespace' in source ? 400 : undefined);
    expect(await store.writer.append(lines('a'))).toEqual(['stored']);
    const [document] = server.indices[0]?.documents.values() ?? [];
    expect(document).toMatchObject({ message: 'a', 'quartermaster.unindexed': { 'kubernetes.namespace': 'prod' } });
  });

  it('knows a document id over a rollover, before and after it is noticed', async () => {
    const store = await open();
    const named = (...documentIds: string[]) =>
      documentIds.map((documentId) => aLogRecord({ documentId, message: documentId, observedNs: nowNs() }));
    expect(await store.writer.append(named('a', 'b'))).toEqual(['stored', 'stored']);
    server.rollOver();
    expect(await store.writer.append(named('a', 'c'))).toEqual(['known', 'stored']);
    expect(await store.writer.append(named('b', 'c', 'd'))).toEqual(['known', 'known', 'stored']);
    expect(server.messages().sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('stores a document id again when it comes so much later', async () => {
    const store = await open();
    const at = (minutes: number) => {
      const observedNs = T0_NS + BigInt(minutes) * 60_000_000_000n;
      return aLogRecord({ documentId: 'a', message: String(minutes), observedNs });
    };
    const outcomes = [];
    for (const minutes of [0, 14, 16, 20, 32, 33, 46]) outcomes.push(...(await store.writer.append([at(minutes)])));
    expect(outcomes).toEqual(['stored', 'known', 'stored', 'known', 'stored', 'known', 'known']);
    expect(server.messages()).toEqual(['0', '16', '32']);
  });
});

function nowNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
