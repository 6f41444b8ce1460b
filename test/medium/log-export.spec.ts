import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LogSearch } from '../../src/logs/store/log-store.port.js';
import { eventually } from '../support/eventually.js';
import { limitHits } from '../support/limit-hits.js';
import { asTenant, LogClient, startLogApi } from '../support/log-api.js';
import { aLogLine, aNodeLine } from '../support/log-lines.js';
import { MemoryLogStore } from '../support/memory-log-store.js';

/** A store that has no end of long lines and counts the pages that it was asked for. */
class EndlessStore extends MemoryLogStore {
  pages = 0;
  isLeft = false;

  override async search({ limit }: LogSearch, signal?: AbortSignal): ReturnType<MemoryLogStore['search']> {
    this.pages += 1;
    signal?.addEventListener('abort', () => (this.isLeft = true));
    const { record, place } = { record: aLogLine({ message: 'x'.repeat(4000) }), place: `${this.pages}` };
    await new Promise(setImmediate);
    return { lines: Array.from({ length: limit }, () => ({ record, place })), hasMore: true, lost: [] };
  }
}

describe('an export of logs', () => {
  let app: NestFastifyApplication;
  afterEach(() => app.close());
  const start = async (store: MemoryLogStore, environment: Record<string, string> = {}): Promise<LogClient> => {
    app = await startLogApi(store, environment);
    return new LogClient(app);
  };
  const hostile = async (): Promise<LogClient> => {
    const store = new MemoryLogStore();
    await store.append([
      aLogLine({ atS: 1, message: '=HYPERLINK("http://x","y")', fields: { status: 500 } }),
      aLogLine({ atS: 2, message: 'one\r\n2026-03-04T14:05:02Z forged\n\tat main', pod: 'a,b' }),
      aLogLine({ atS: 3, message: '\u001B[31mred\u001B[0m \u0000 \u202Etxt.exe <b>bold</b>', level: 'error' }),
      aLogLine({ atS: 4, message: 'vault', namespace: 'bank' }),
      aNodeLine({ atS: 5, unit: 'a\nb' }),
    ]);
    return start(store);
  };

  it('is CSV whose cells cannot become formulas, nor rows', async () => {
    const client = await hostile();
    const answer = await client.get('/export', { order: 'oldest', format: 'csv', namespace: 'shop' });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="logs.csv"',
    });
    expect(answer.body).toBe(
      [
        'time,level,namespace,pod,container,restart,node,workload,unit,stream,message,fields',
        '2026-03-04T14:05:01.000000000Z,info,shop,web-1,app,0,node-1,Deployment/web,,stdout,"\'=HYPERLINK(""http://x"",""y"")","{""status"":500}"',
        '2026-03-04T14:05:02.000000000Z,info,shop,"a,b",app,0,node-1,Deployment/web,,stdout,"one\r\n2026-03-04T14:05:02Z forged\n\tat main",',
        '2026-03-04T14:05:03.000000000Z,error,shop,web-1,app,0,node-1,Deployment/web,,stdout,\u001B[31mred\u001B[0m \u0000 \u202Etxt.exe <b>bold</b>,',
        '',
      ].join('\r\n'),
    );
  });

  it('is text in which nothing is forged, coloured or turned around', async () => {
    const client = await hostile();
    const answer = await client.get('/export', { order: 'oldest' }, { accept: 'text/plain' });
    expect(answer.body.split('\n')).toEqual([
      '2026-03-04T14:05:01.000000000Z shop/web-1/app =HYPERLINK("http://x","y")',
      '2026-03-04T14:05:02.000000000Z shop/a,b/app one\\x0d',
      '\t2026-03-04T14:05:02Z forged',
      '\t\tat main',
      '2026-03-04T14:05:03.000000000Z shop/web-1/app \\x1b[31mred\\x1b[0m \\x00 \\u202etxt.exe <b>bold</b>',
      '2026-03-04T14:05:04.000000000Z bank/web-1/app vault',
      '2026-03-04T14:05:05.000000000Z node-1/a_b Started kubelet',
      '',
    ]);
  });

  it('is NDJSON that reads back as the same lines, of the namespaces that the caller sees', async () => {
    const client = await hostile();
    const answer = await client.get('/export', { order: 'oldest' }, asTenant);
    const lines = answer.body
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { message: string }).message);
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(lines).toEqual(await client.messages({ order: 'oldest' }, asTenant));
    expect(lines).toHaveLength(3);
  });

  it('is compressed when that is asked for', async () => {
    const client = await hostile();
    const plain = await client.get('/export');
    const zipped = await client.get('/export', {}, { 'accept-encoding': 'gzip' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.rawPayload).toString()).toBe(plain.body);
  });

  it('goes through all pages', async () => {
    const store = new MemoryLogStore();
    await store.append(
      Array.from({ length: 2345 }, (_, index) => aLogLine({ atS: index / 10, message: `line ${index}` })),
    );
    const client = await start(store);
    const { body } = await client.get('/export', { order: 'oldest', format: 'text' });
    expect(
      body
        .split('\n')
        .slice(0, -1)
        .map((line) => Number(line.split(' ').at(-1))),
    ).toEqual(Array.from({ length: 2345 }, (_, index) => index));
  });

  it('of an unknown type is refused', async () => {
    const client = await start(new MemoryLogStore());
    expect((await client.get('/export', {}, { accept: 'image/png' })).statusCode).toBe(406);
  });

  it.each([
    [2, 200],
    [3, 200],
    [4, 422],
  ])('of %i lines with LOGS_EXPORT_MAX_LINES=3 is answered with %i', async (lines, status) => {
    const store = new MemoryLogStore();
    await store.append(Array.from({ length: lines }, (_, atS) => aLogLine({ atS })));
    const client = await start(store, { LOGS_EXPORT_MAX_LINES: '3' });
    const answer = await client.get('/export', { format: 'text' });
    expect(answer.statusCode).toBe(status);
    if (status === 200) return;
    expect(answer.json()).toMatchObject({ detail: expect.stringContaining('There are 4 lines, at most 3') });
    expect((await client.get('/export', { format: 'text', limit: '3' })).body.trimEnd().split('\n')).toHaveLength(3);
    await client.problem('/export', { limit: '4' }, 400);
    expect(await limitHits(app)).toEqual({ LOGS_EXPORT_MAX_LINES: 2 });
  });

  it('is made as it is read and no faster, holds its place till then, and leaves the store when its reader leaves', async () => {
    const store = new EndlessStore();
    const client = await start(store, { LOGS_EXPORT_CONCURRENCY: '1' });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const call = request({ port, path: '/api/v1/logs/export' });
    call.on('error', () => undefined); // a connection that is broken off
    const answer = new Promise<IncomingMessage>((resolve) => call.once('response', resolve));
    call.end();
    (await answer).pause();
    let before = -1;
    await eventually('the store is asked no more', () => {
      const isStill = store.pages === before;
      before = store.pages;
      return isStill;
    });
    const asked = store.pages;
    (await answer).resume();
    await eventually('it goes on', () => store.pages > asked + 5);
    expect((await client.get('/export', { limit: '1' })).statusCode).toBe(429);
    call.destroy();
    await eventually('its place is free', async () => (await client.get('/export', { limit: '1' })).statusCode === 200);
  });
});
