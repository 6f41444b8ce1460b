import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LogHistogramView } from '../../src/logs/query/log-counts.schema.js';
import type { LogPageView } from '../../src/logs/query/log-search.schema.js';
import { ProblemError } from '../../src/platform/errors.js';
import type { LogPage, LogSearch } from '../../src/logs/store/log-store.port.js';
import { eventually } from '../support/eventually.js';
import { limitHits } from '../support/limit-hits.js';
import { LogClient, startLogApi } from '../support/log-api.js';
import { aLogLine } from '../support/log-lines.js';
import { MemoryLogStore } from '../support/memory-log-store.js';

/** A store whose searches end only when they are stopped. */
class StuckStore extends MemoryLogStore {
  stopped = 0;
  asked = 0;
  #fail: (reason: Error) => void = () => undefined;

  /** Fails the search that runs. */
  fail(): void {
    this.#fail(new ProblemError('UNAVAILABLE', 'The store is away'));
  }

  override search(_query: LogSearch, signal?: AbortSignal): Promise<LogPage> {
    this.asked += 1;
    return new Promise((_resolve, reject) => {
      this.#fail = reject;
      signal?.addEventListener('abort', () => {
        this.stopped += 1;
        reject(signal.reason as Error);
      });
    });
  }
}

describe('the bounds of questions about logs', () => {
  let app: NestFastifyApplication;
  afterEach(() => app.close());
  const start = async (environment: Record<string, string>, store = new MemoryLogStore()): Promise<LogClient> => {
    app = await startLogApi(store, environment);
    return new LogClient(app);
  };

  it.each([
    [2, 200],
    [3, 200],
    [4, 400],
  ])('hold LOGS_QUERY_MAX_TERMS=3 against %d conditions', async (terms, status) => {
    const client = await start({ LOGS_QUERY_MAX_TERMS: '3' });
    const answer = await client.get('', { text: Array.from({ length: terms }, () => 'x') });
    expect(answer.statusCode).toBe(status);
    expect(await limitHits(app)).toEqual(status === 200 ? {} : { LOGS_QUERY_MAX_TERMS: 1 });
  });

  it.each([
    ['a{8}', 200],
    ['a{9}', 400],
    ['a{7}', 200],
  ])('hold LOGS_QUERY_MAX_REGEX_SIZE=10 against %s', async (regex, status) => {
    const client = await start({ LOGS_QUERY_MAX_REGEX_SIZE: '10' });
    expect((await client.get('', { regex })).statusCode).toBe(status);
    expect(await limitHits(app)).toEqual(status === 200 ? {} : { LOGS_QUERY_MAX_REGEX_SIZE: 1 });
  });

  it.each([
    ['59m', 200],
    ['60m', 200],
    ['61m', 400],
  ])('hold LOGS_QUERY_MAX_SPAN=1h against %s', async (span, status) => {
    const client = await start({ LOGS_QUERY_MAX_SPAN: '1h' });
    expect((await client.get('', { from: `-${span}` })).statusCode).toBe(status);
    expect(await limitHits(app)).toEqual(status === 200 ? {} : { LOGS_QUERY_MAX_SPAN: 1 });
  });

  it.each([
    ['9m', 200, 9],
    ['10m', 200, 10],
    ['11m', 400, 0],
  ])('hold LOGS_HISTOGRAM_MAX_BUCKETS=10 against %s in minutes', async (span, status, buckets) => {
    const client = await start({ LOGS_HISTOGRAM_MAX_BUCKETS: '10' });
    const answer = await client.get('/histogram', { from: `-${span}`, step: '1m' });
    expect(answer.statusCode).toBe(status);
    if (status === 200) expect(answer.json<LogHistogramView>().buckets).toHaveLength(buckets);
    expect(await limitHits(app)).toEqual(status === 200 ? {} : { LOGS_HISTOGRAM_MAX_BUCKETS: 1 });
  });

  it('cut a page by LOGS_ANSWER_MAX_BYTES, say so, and go on', async () => {
    const store = new MemoryLogStore();
    const long = 'x'.repeat(200 * 1024);
    await store.append(Array.from({ length: 7 }, (_, atS) => aLogLine({ atS, message: `${atS} ${long}` })));
    const client = await start({ LOGS_ANSWER_MAX_BYTES: '512Ki' }, store);
    const seen: string[] = [];
    let cursor: string | undefined;
    const cuts: boolean[] = [];
    do {
      const page: LogPageView = await client.ok('', { order: 'oldest', ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ message }) => message.slice(0, 1)));
      cuts.push(page.truncated);
      expect(page.truncatedBecause?.includes('LOGS_ANSWER_MAX_BYTES')).toBe(page.truncated ? true : undefined);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(cuts).toEqual([true, true, true, false]);
    expect(await limitHits(app)).toEqual({ LOGS_ANSWER_MAX_BYTES: 3 });
  });

  it('give up a query at LOGS_QUERY_TIMEOUT, stop it in the store, and free its place', async () => {
    const store = new StuckStore();
    const only = { LOGS_QUERY_CONCURRENCY: '1', LOGS_QUERY_MAX_WAITING: '0' };
    const client = await start({ ...only, LOGS_QUERY_TIMEOUT: '1s' }, store);
    expect((await client.problem('', {}, 422)).detail).toContain('1s (LOGS_QUERY_TIMEOUT)');
    expect(store.stopped).toBe(1);
    await client.ok('/facets', {});
    expect(await limitHits(app)).toEqual({ LOGS_QUERY_TIMEOUT: 1 });
  });

  it('turn away more than LOGS_QUERY_CONCURRENCY queries at once', async () => {
    const store = new StuckStore();
    const only = { LOGS_QUERY_CONCURRENCY: '1', LOGS_QUERY_MAX_WAITING: '0' };
    const client = await start({ ...only, LOGS_QUERY_TIMEOUT: '10m' }, store);
    const first = client.problem('', {}, 503);
    await eventually('the store is asked', () => store.asked === 1);
    const { detail } = await client.problem('', {}, 429);
    expect(detail).toContain('The log store is busy: 1 queries run (LOGS_QUERY_CONCURRENCY)');
    store.fail();
    await first;
    await client.ok('/facets', {});
    expect(await limitHits(app)).toEqual({ LOGS_QUERY_CONCURRENCY: 1 });
  });
});
