import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PostgresLogQueryRecords } from '../../src/adapters/postgres/log-query-records.postgres.js';
import type { LogQueryView } from '../../src/logs/queries/log-query.schema.js';
import { LogQueryRecords } from '../../src/logs/queries/log-query-records.port.js';
import type { Page } from '../../src/platform/http/paging.js';
import { limitHits } from '../support/limit-hits.js';
import { asTenant, startLogApi } from '../support/log-api.js';
import { aLogLine } from '../support/log-lines.js';
import { MemoryLogStore } from '../support/memory-log-store.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';

const URL = '/api/v1/logs/queries';
const QUERY = { namespace: ['shop', 'data'], minLevel: 'error', from: '2026-03-04T14:00:00Z' };

describe('saved queries of logs', () => {
  let records: TestRecords;
  let app: NestFastifyApplication;
  beforeAll(async () => {
    records = await openPgliteRecords();
    const store = new MemoryLogStore();
    await store.append([aLogLine({ level: 'error', message: 'boom' }), aLogLine({ message: 'fine' })]);
    const useValue = new PostgresLogQueryRecords(records.database);
    app = await startLogApi(store, { LOGS_MAX_SAVED_QUERIES: '3' }, [{ provide: LogQueryRecords, useValue }]);
  });
  afterAll(async () => {
    await app.close();
    await records.close();
  });
  const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object, headers = {}) =>
    app.inject({ method, url: `${URL}${path}`, headers, ...(payload ? { payload } : {}) });

  it('are kept, found, changed and removed, and lead to their lines', async () => {
    const made = await call('POST', '', { name: 'Errors', query: QUERY });
    const view = made.json<LogQueryView>();
    expect([made.statusCode, made.headers.location]).toEqual([201, `${URL}/${view.id}`]);
    expect(view).toMatchObject({ name: 'Errors', owner: 'admin', isOwn: true, shared: false, query: QUERY });
    expect((await call('GET', `/${view.id}`)).json()).toEqual(view);
    const lines = await app.inject({ url: view.path });
    expect(lines.json<{ items: { message: string }[] }>().items.map(({ message }) => message)).toEqual(['boom']);
    const changed = await call('PUT', `/${view.id}`, { name: 'Errors', shared: true, query: {} });
    expect(changed.json()).toMatchObject({ shared: true, query: {} });
    expect((await call('GET', '')).json<Page<LogQueryView>>().items).toEqual([changed.json()]);
    expect((await call('DELETE', `/${view.id}`)).statusCode).toBe(204);
    expect((await call('DELETE', `/${view.id}`)).statusCode).toBe(404);
  });

  it('of others are not seen by callers with fewer namespaces, nor changed by anybody else', async () => {
    const mine = (await call('POST', '', { name: 'shared', shared: true, query: {} }, asTenant)).json<LogQueryView>();
    const admins = (
      await call('POST', '', { name: 'shared', shared: true, query: { namespace: 'bank' } })
    ).json<LogQueryView>();
    const list = async (headers = {}) => (await call('GET', '', undefined, headers)).json<Page<LogQueryView>>().items;
    expect((await list(asTenant)).map(({ id }) => id)).toEqual([mine.id]);
    expect(new Map((await list()).map(({ id, isOwn }) => [id, isOwn]))).toEqual(
      new Map([
        [mine.id, false],
        [admins.id, true],
      ]),
    );
    expect((await call('GET', `/${admins.id}`, undefined, asTenant)).statusCode).toBe(404);
    expect((await call('PUT', `/${mine.id}`, { name: 'x', query: {} })).statusCode).toBe(404);
    expect((await call('DELETE', `/${mine.id}`)).statusCode).toBe(404);
    expect((await call('POST', '', { name: 'shared', query: {} })).statusCode).toBe(409);
  });

  it.each([
    [{ name: 'x', query: { colour: 'red' } }, '/query/colour', 'is no parameter of a search'],
    [{ name: 'x', query: { regex: 'a(' } }, '/query/regex', 'at position 2: missing closing )'],
    [{ name: 'x', query: { level: 'loud' } }, '/query/level', 'must be one of trace'],
    [{ name: 'x'.repeat(201), query: {} }, '/name', '200'],
    [{ name: 'a\nb', query: {} }, '/name', 'must hold no control characters'],
  ])('that could not be asked are refused: %j', async (body, pointer, detail) => {
    const answer = await call('POST', '', body);
    expect([answer.statusCode, answer.json<{ errors: object[] }>().errors]).toEqual([
      400,
      [{ pointer, detail: expect.stringContaining(detail) }],
    ]);
  });

  it('are at most LOGS_MAX_SAVED_QUERIES=3 of a caller', async () => {
    const statuses: number[] = [];
    for (const name of ['one', 'two', 'three']) statuses.push((await call('POST', '', { name, query: {} })).statusCode);
    expect(statuses).toEqual([201, 201, 422]); // one stands already
    expect(await limitHits(app)).toEqual({ LOGS_MAX_SAVED_QUERIES: 1 });
  });
});
