import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  type GroupSeries,
  type InstantValue,
  type LostSpan,
  MetricReader,
  type ObjectSample,
  type RangeQuery,
  type Series,
  type TierState,
} from '../../src/metrics/metric-store.port.js';
import { limitHits } from '../support/limit-hits.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { asTenant, CPU, fillStore, MetricClient, noCycles, startMetricApi } from '../support/metric-api.js';
import { eventually } from '../support/eventually.js';

/** A reader that answers questions about a range when it is told to, and knows who waits. It holds nothing. */
class SlowReader extends MetricReader {
  readonly asked: { readonly signal: AbortSignal | undefined; readonly answer: () => void }[] = [];

  /** One series, whose pod says for whom it was read. */
  override async range({ select, fromMs }: RangeQuery, signal?: AbortSignal): Promise<Series[]> {
    await this.answerLater(signal);
    const pod = `for ${select.visibleNamespaces?.join() ?? 'all'}`;
    return [{ object: { type: 'pod', namespace: 'shop', pod }, points: [[fromMs, 1]] }];
  }

  override groups(_query: unknown, signal?: AbortSignal): Promise<GroupSeries[]> {
    return this.answerLater(signal);
  }

  override async *pages(_query: unknown, signal?: AbortSignal): AsyncGenerator<readonly Series[]> {
    yield await this.answerLater<Series>(signal);
  }

  override async instant(): Promise<InstantValue[]> {
    return [];
  }

  override async *newest(): AsyncGenerator<readonly ObjectSample[]> {
    yield [];
  }

  override async knows(): Promise<boolean> {
    return true;
  }

  override async lost(): Promise<readonly LostSpan[]> {
    return [];
  }

  override async tiers(): Promise<readonly TierState[]> {
    return [{ name: 'raw' }];
  }

  private answerLater<T>(signal: AbortSignal | undefined): Promise<T[]> {
    const { promise, resolve } = Promise.withResolvers<T[]>();
    this.asked.push({ signal, answer: () => resolve([]) });
    return promise;
  }
}

describe('the limits of the metrics API', () => {
  let app: NestFastifyApplication;
  let reader: SlowReader;

  const start = async (timeout: string, maxWaiting = '1') => {
    reader = new SlowReader();
    app = await startMetricApi(reader, noCycles, {
      QUERY_CONCURRENCY: '1',
      QUERY_MAX_WAITING: maxWaiting,
      QUERY_TIMEOUT: timeout,
    });
    await app.listen(0, '127.0.0.1');
  };
  afterEach(() => app.close());

  const url = (path: string) => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    return `http://127.0.0.1:${port}/api/v1/metrics/${path}?metric=cpu/usage_rate&object=pod`;
  };
  const isAsked = (times: number) =>
    eventually(`query ${times} reaches the store`, () => reader.asked.length === times);

  it('let one run and one wait, and turn the third away with when to come again', async () => {
    await start('10m');
    const first = fetch(url('query'));
    await isAsked(1);
    const others = ['5m', '10m'].map((step) => fetch(`${url('query')}&step=${step}`));
    const rejected = await Promise.race(others);
    expect([rejected.status, rejected.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await rejected.json()).toMatchObject({
      code: 'RATE_LIMITED',
      detail: expect.stringContaining('QUERY_CONCURRENCY'),
    });
    reader.asked[0]?.answer();
    await isAsked(2);
    reader.asked[1]?.answer();
    const statuses = (await Promise.all([first, ...others])).map(({ status }) => status);
    expect(statuses.toSorted((left, right) => left - right)).toEqual([200, 200, 429]);
    expect(await limitHits(app)).toEqual({ QUERY_MAX_WAITING: 1 });
  });

  it('let those who ask the same share a turn, but none with another who may see something else', async () => {
    await start('10m', '2');
    const first = fetch(`${url('query')}&step=1h`);
    await isAsked(1);
    const callers = [{}, asTenant].flatMap((headers) => Array.from({ length: 10 }, () => ({ headers })));
    const answers = callers.map((init) => fetch(url('query'), init));
    let isDone = false;
    const all = Promise.all([first, ...answers]).finally(() => (isDone = true));
    await eventually('all are answered', () => {
      for (const { answer } of reader.asked) answer();
      return isDone;
    });
    const [, ...got] = await all;
    expect(got.map(({ status }) => status)).toEqual(callers.map(() => 200)); // two wait at most: one turn for each kind of caller
    type Body = { results: { series: { object: { pod: string } }[] }[] };
    const podsOf = async (response: Response) =>
      ((await response.json()) as Body).results.flatMap(({ series }) => series.map(({ object }) => object.pod));
    const [ofAdmin, ofTenant] = [got.slice(0, 10), got.slice(10)];
    expect(new Set((await Promise.all(ofAdmin.map(podsOf))).flat())).toEqual(new Set(['for all']));
    expect(new Set((await Promise.all(ofTenant.map(podsOf))).flat())).toEqual(new Set(['for shop']));
  });

  it('end a query that takes too long, and say which limit it was', async () => {
    await start('1s');
    const answer = await fetch(url('query'));
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      code: 'UNPROCESSABLE',
      detail: expect.stringContaining('1s (QUERY_TIMEOUT)'),
    });
    expect(reader.asked[0]?.signal?.aborted).toBe(true);
    expect(await limitHits(app)).toEqual({ QUERY_TIMEOUT: 1 });
  });

  it.each(['GET', 'POST'])('stop a %s whose client has gone', async (method) => {
    await start('10m');
    const body = method === 'POST' ? JSON.stringify({ queries: [CPU] }) : undefined;
    const call = request(body ? url('query').replace(/\?.*/, '') : url('query'), {
      method,
      headers: body ? { 'content-type': 'application/json', 'content-length': body.length } : {},
    });
    call.on('error', () => undefined); // the hang-up that is made here
    call.end(body);
    await isAsked(1);
    expect(reader.asked[0]?.signal?.aborted).toBe(false);
    call.destroy();
    await eventually('the query is given up', () => reader.asked[0]?.signal?.aborted);
    reader.asked[0]?.answer();
    const next = fetch(url('query'));
    await isAsked(2);
    reader.asked[1]?.answer();
    expect((await next).status).toBe(200);
  });
});

describe('the points of one answer', () => {
  it('are kept within their limit by fewer series, and by a larger step where one alone is too long', async () => {
    const store = new MemoryMetricStore();
    await fillStore(store.writer);
    const small = await startMetricApi(store.reader, noCycles, { QUERY_MAX_CELLS: '1000' });
    try {
      const client = new MetricClient(small);
      const answer = await client.range({ ...CPU, step: '10s' });
      expect(answer.series).toHaveLength(2);
      expect(answer).toMatchObject({
        truncated: true,
        truncatedBecause: expect.stringContaining('QUERY_MAX_CELLS=1000'),
      });
      expect(await limitHits(small)).toEqual({ QUERY_MAX_CELLS: 1 });
      const step = await client.problem('query', { ...CPU, step: '3s' }, 400);
      expect(step.detail).toMatch(/1200 points.*QUERY_MAX_CELLS.*smallest step for this range is 4s/);
    } finally {
      await small.close();
    }
  });
});
