import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Series } from '../../src/metrics/metric-store.port.js';
import { eventually } from '../support/eventually.js';
import { limitHits } from '../support/limit-hits.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { fillStore, noCycles, startMetricApi, T0 } from '../support/metric-api.js';
import { aPod } from '../support/samples.js';

/** Of each page a megabyte of CSV. */
const POINTS = Array.from({ length: 10_000 }, (_, index) => [T0 + index, index / 3] as const);

/** A store of endless pages that counts those it was asked for. */
class EndlessPages {
  given = 0;
  isLeft = false;

  async *pages(): AsyncGenerator<readonly Series[]> {
    try {
      for (;;) {
        this.given += 1;
        yield [{ object: aPod({ pod: `web-${this.given}` }), points: POINTS }];
        await new Promise(setImmediate);
      }
    } finally {
      this.isLeft = true;
    }
  }
}

describe('an export that is streamed', () => {
  let app: NestFastifyApplication;
  let pages: EndlessPages;
  afterEach(() => app.close());

  const start = async (environment: Record<string, string>) => {
    const { writer, reader } = new MemoryMetricStore();
    await fillStore(writer);
    pages = new EndlessPages();
    Object.assign(reader, { pages: () => pages.pages() });
    app = await startMetricApi(reader, noCycles, { EXPORT_CONCURRENCY: '1', ...environment });
    await app.listen(0, '127.0.0.1');
  };
  const open = (headers: Record<string, string> = {}, method = 'GET') => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const path = '/api/v1/metrics/export?metric=cpu/usage_rate&object=pod';
    const call = request({ port, path, headers, method });
    call.on('error', () => undefined); // a connection that is broken off
    const answer = new Promise<IncomingMessage>((resolve) => call.once('response', resolve));
    call.end();
    return { call, answer };
  };
  const statusOf = async (headers?: Record<string, string>): Promise<number | undefined> => {
    const { call, answer } = open(headers);
    const { statusCode } = await answer;
    call.destroy();
    return statusCode;
  };

  it.each([{}, { 'accept-encoding': 'gzip' }])('is made as it is read, and no faster (%j)', async (headers) => {
    await start({ EXPORT_MAX_POINTS: '1000000000' });
    const { call, answer } = open(headers);
    const body = await answer;
    body.pause();
    let before = -1;
    await eventually('the store is asked no more', () => {
      const isStill = pages.given === before && pages.given > 0;
      before = pages.given;
      return isStill;
    });
    const asked = pages.given;
    body.resume();
    await eventually('it goes on', () => pages.given > asked + 5);
    expect(await statusOf()).toBe(429);
    call.destroy();
    await eventually('the store is left', () => pages.isLeft);
    await eventually('its place is free', async () => (await statusOf()) === 200);
  });

  it('breaks off when it takes too long, and frees its place', async () => {
    await start({ EXPORT_MAX_POINTS: '1000000000', EXPORT_TIMEOUT: '1s' });
    const body = await open().answer;
    const ended = new Promise<string>((resolve) => {
      body.once('error', () => resolve('broken off'));
      body.once('end', () => resolve('whole'));
    });
    body.resume();
    expect(await ended).toBe('broken off');
    expect(await limitHits(app)).toEqual({ EXPORT_TIMEOUT: 1 });
    await eventually('its place is free', async () => (await statusOf()) === 200);
  });

  it('breaks off when there are more points than were estimated', async () => {
    await start({ EXPORT_MAX_POINTS: '50000' });
    const body = await open().answer;
    const ended = new Promise<string>((resolve) => {
      body.once('error', () => resolve('broken off'));
      body.once('end', () => resolve('whole'));
    });
    body.resume();
    expect(await ended).toBe('broken off');
    expect(pages.given).toBe(6);
    expect(await limitHits(app)).toEqual({ EXPORT_MAX_POINTS: 1 });
  });

  it('has no body for HEAD, and holds no place', async () => {
    await start({ EXPORT_MAX_POINTS: '1000000000' });
    expect((await open({}, 'HEAD').answer).statusCode).toBe(200);
    await eventually('its place is free', async () => (await statusOf()) === 200);
  });
});
