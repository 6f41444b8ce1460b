import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ElasticsearchLogStore,
  type ElasticsearchLogStoreOptions,
} from '../../src/adapters/elasticsearch/log-store.elasticsearch.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import { Log } from '../../src/platform/log.js';
import { BreakableWay } from '../support/breakable-way.js';
import { ElasticsearchServer } from '../support/elasticsearch-server.js';
import { eventually } from '../support/eventually.js';
import { aLogRecord } from '../support/log-records.js';
import { ALWAYS, ANY, having } from './log-store.fixture.js';

interface DataStreams {
  readonly data_streams: readonly {
    readonly lifecycle?: { readonly data_retention?: string };
    readonly indices: readonly { readonly index_name: string; readonly ilm_policy?: string }[];
  }[];
}

describe('the data stream of lines in a real Elasticsearch', () => {
  let server: ElasticsearchServer;
  let stream: string;
  let closing: AsyncDisposableStack;
  beforeAll(async () => {
    server = await ElasticsearchServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    stream = server.newStream();
    closing = new AsyncDisposableStack();
    closing.defer(() => server.removeStream(stream));
  });
  afterEach(() => closing.disposeAsync());

  const open = async (over: Partial<ElasticsearchLogStoreOptions> = {}): Promise<ElasticsearchLogStore> => {
    const bufferFolder = await mkdtemp(join(tmpdir(), 'elasticsearch-streams-'));
    closing.defer(() => rm(bufferFolder, { recursive: true }));
    const limits = { bufferMaxBytes: 2 ** 30, maxScanned: 100_000 };
    const options = { url: server.url, stream, bufferFolder, ...limits, log: Log.silent(), ...over };
    const store = await ElasticsearchLogStore.open(options);
    closing.defer(() => store.close());
    return store;
  };
  const lines = (name: string, count: number, over: Partial<LogRecord> = {}): LogRecord[] =>
    Array.from({ length: count }, (_, index) =>
      aLogRecord({ message: `${name}-${index}`, observedNs: nowNs(), ...over }),
    );
  const dataStream = async () => {
    const { data_streams: found } = (await server.call('GET', `/_data_stream/${stream}`)) as DataStreams;
    return found[0];
  };

  it('gives each line once to whoever follows, while processes write and indices are rolled over', async () => {
    const [first, second, third] = [await open(), await open(), await open()];
    const seen: string[] = [];
    let isWritten = false;
    const follow = async (): Promise<void> => {
      let { arrival } = await third.reader.arrivals({ filter: ANY, limit: 1 });
      await begun;
      for (let isLast = false; ;) {
        const found = await third.reader.arrivals({ filter: ANY, after: arrival, limit: 150 });
        seen.push(...found.lines.map(({ line }) => line.record.message));
        arrival = found.arrival;
        if (found.hasMore) continue;
        if (isLast) return;
        isLast = isWritten;
      }
    };
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const following = follow();
    const { arrival: start } = await first.reader.arrivals({ filter: ANY, limit: 1 });
    begin();
    const write = async ({ writer }: ElasticsearchLogStore, name: string): Promise<void> => {
      for (let batch = 0; batch < 40; batch += 1) await writer.append(lines(`${name}-${batch}`, 25));
    };
    const rollOver = async (): Promise<void> => {
      for (let count = 0; count < 5; count += 1) {
        const written = seen.length;
        await eventually('some are seen', () => seen.length > written + 100 || isWritten);
        await server.rollOver(stream);
      }
    };
    const writing = Promise.all([write(first, 'a'), write(first, 'b'), write(second, 'c')]);
    await Promise.all([writing.finally(() => (isWritten = true)), rollOver(), following]);
    expect(seen).toHaveLength(3000);
    expect(new Set(seen).size).toBe(3000);
    expect((await dataStream())?.indices.length).toBeGreaterThan(3);
    expect((await first.reader.arrivals({ filter: ANY, after: start, limit: 5000 })).lines).toHaveLength(3000);
  });

  it('keeps lines while the way to the server is broken, and stores each once after that', async () => {
    const way = await BreakableWay.to(server.url);
    closing.defer(() => way.close());
    const store = await open({ url: way.url, timeoutMs: 5000 });
    const appending: Promise<unknown>[] = [];
    for (let batch = 0; batch < 30; batch += 1) {
      way.setBroken(batch % 10 > 4);
      if (batch === 15) await server.rollOver(stream);
      appending.push(store.writer.append(lines(`line-${batch}`, 50)));
      if (batch % 3 === 0) await Promise.all(appending);
    }
    await Promise.all(appending);
    expect(store.degradedBecause).toBeDefined();
    way.setBroken(false);
    await eventually('nothing waits', () => store.degradedBecause === undefined);
    const messages = await server.messages(stream);
    expect(messages).toHaveLength(1500);
    expect(new Set(messages).size).toBe(1500);
  });

  it('knows a document id over a rollover', async () => {
    const [first, second] = [await open(), await open()];
    const named = lines('named', 1, { documentId: 'a' });
    expect(await first.writer.append(named)).toEqual(['stored']);
    await server.rollOver(stream);
    expect(await first.writer.append(named)).toEqual(['known']);
    expect(await second.writer.append(named)).toEqual(['known']);
    expect(await server.messages(stream)).toEqual(['named-0']);
  });

  it('refuses what would make it fetch too many lines, and says how to ask instead', async () => {
    const { writer, reader } = await open({ maxScanned: 1000 });
    await writer.append([...lines('a', 2500), ...lines('b', 10, { namespace: 'test' })]);
    await server.refresh(stream);
    const search = (pattern: string, namespace: string) => {
      const inNamespace = { kind: 'exact' as const, key: 'namespace' as const, values: [namespace] };
      const filter = having({ kind: 'regex', pattern }, inNamespace);
      return reader.search({ filter, span: ALWAYS, order: 'oldest', limit: 5000 });
    };
    await expect(search('none', 'prod')).rejects.toMatchObject({ code: 'UNPROCESSABLE' });
    expect((await search('^b-\\d$', 'test')).lines).toHaveLength(10);
    const some = await search('^a-\\d+$', 'prod');
    expect({ lines: some.lines.length, hasMore: some.hasMore }).toEqual({ lines: 1000, hasMore: true });
    const filter = having({ kind: 'regex', pattern: 'a' });
    const facets = reader.facets({ filter, span: ALWAYS, keys: ['pod'], maxValues: 1 });
    await expect(facets).rejects.toMatchObject({ code: 'UNPROCESSABLE' });
  });

  it("asks for a retention by the data stream's lifecycle", async () => {
    await open({ retentionMs: 86_400_000 });
    expect((await dataStream())?.lifecycle?.data_retention).toBe('86400s');
  });

  it('asks for a retention by a policy', async () => {
    const store = await open({ retentionMs: 86_400_000, keeper: 'ilm' });
    const policies = (await server.call('GET', `/_ilm/policy/${stream}`)) as Record<string, { policy: unknown }>;
    expect(policies[stream]?.policy).toMatchObject({ phases: { delete: { min_age: '86400s' } } });
    await server.rollOver(stream);
    await store.upkeep.upkeep(Date.now());
    const { indices = [] } = (await dataStream()) ?? {};
    expect(indices.map(({ ilm_policy: policy }) => policy)).toEqual([stream, stream]);
  });

  it('drops indices itself where nothing else does, when nobody has written to them for so long', async () => {
    const { writer, upkeep } = await open({ retentionMs: 3_600_000, keeper: 'upkeep' });
    await writer.append(lines('old', 2));
    await server.rollOver(stream);
    await writer.append(lines('new', 1));
    await server.refresh(stream);
    await upkeep.upkeep(Date.now() + 3_000_000);
    expect(await upkeep.stats()).toMatchObject({ engine: 'elasticsearch', lines: 3, waiting: 0 });
    await upkeep.upkeep(Date.now() + 4_000_000);
    expect(await server.messages(stream)).toEqual(['new-0']);
  });
});

function nowNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
