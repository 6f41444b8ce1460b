import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InfluxConnection } from './influx-connection.js';

describe('InfluxConnection', () => {
  let server: Server;
  let connection: InfluxConnection;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeEach(async () => {
    answer = (_request, response) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ buckets: [{ name: 'k8s' }] }));
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    connection = await InfluxConnection.open({ url, org: 'o', bucket: 'k8s', token: 'secret-token' });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('ends the request of a query that nobody waits for any more', async () => {
    const client = new AbortController();
    const ended = new Promise((resolve) => {
      answer = (_request, response) => {
        response.once('close', resolve);
        client.abort();
      };
    });
    await expect(connection.rows('x', client.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await ended;
  });

  it.each([401, 404, 500, 503])('says that the store is away when it answers %i', async (status) => {
    answer = (_request, response) => response.writeHead(status).end('{"code":"x","message":"inner words"}');
    await expect(connection.rows('x')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      detail: expect.not.stringContaining('inner'),
    });
  });

  it('says that the store is away when nothing listens', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(connection.rows('x')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  const csv = (response: ServerResponse, ...lines: string[]) =>
    response.writeHead(200, { 'content-type': 'text/csv' }).end(lines.map((line) => `${line}\r\n`).join(''));
  const TABLE = [
    '#datatype,string,long,double',
    '#group,false,false,false',
    '#default,_result,,',
    ',result,table,_value',
    ',,0,7',
    ',,1,8',
    '',
  ];
  const ERROR = ['#datatype,string,string', '#group,true,true', '#default,,', ',error,reference', ',inner words,', ''];

  it('gives the rows of an answer', async () => {
    answer = (_request, response) => csv(response, ...TABLE);
    const rows = await connection.rows('x');
    expect(rows.map((row) => [row.table, row.number('_value'), row.text('none'), row.number('none')])).toEqual([
      ['0', 7, '', Number.NaN],
      ['1', 8, '', Number.NaN],
    ]);
  });

  it('says that the store is away when the server fails after it has begun to answer', async () => {
    answer = (_request, response) => csv(response, ...TABLE, ...ERROR);
    await expect(connection.rows('x')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      cause: expect.objectContaining({ message: 'inner words' }),
    });
  });

  it('says that the store is away when it falls silent in the middle of its answer, and ends the request', async () => {
    const { url, org, bucket } = connection.options;
    connection = await InfluxConnection.open({ url, org, bucket, token: 't', timeoutMs: 1000 });
    const ended = new Promise((resolve) => {
      answer = (_request, response) => {
        response.once('close', resolve);
        response.writeHead(200, { 'content-type': 'text/csv' }).write(`${TABLE.join('\r\n')}\r\n`);
      };
    });
    await expect(connection.rows('x')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await ended;
  });

  it('ends the request when the rest of an answer is not wanted', async () => {
    const ended = new Promise((resolve) => {
      answer = (_request, response) => {
        response.once('close', resolve);
        response.writeHead(200, { 'content-type': 'text/csv' }).write(`${TABLE.join('\r\n')}\r\n`);
      };
    });
    const taken: number[] = [];
    await connection.eachRow('x', (row) => taken.push(row.number('_value')) < 1);
    await ended;
    expect(taken).toEqual([7]);
  });

  it('rejects with what goes wrong while a row is taken', async () => {
    answer = (_request, response) => csv(response, ...TABLE);
    const failure = new RangeError('ours');
    const take = () => {
      throw failure;
    };
    await expect(connection.eachRow('x', take)).rejects.toBe(failure);
  });

  describe('write', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `m value=${String(index)} 1`);
    let requests: number[];

    /** Counts the lines of each request, and answers the n-th with the n-th of these. */
    const answerWith = (...statuses: number[]) => {
      requests = [];
      answer = (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const status = statuses[requests.length] ?? 204;
          requests.push(Buffer.concat(chunks).toString().split('\n').length);
          response.writeHead(status).end(status === 204 ? '' : '{"code":"x","message":"refused"}');
        });
      };
    };

    it.each([
      [0, []],
      [1, [1]],
      [4_999, [4_999]],
      [5_000, [5_000]],
      [5_001, [5_000, 1]],
      [10_000, [5_000, 5_000]],
    ])('sends %i lines in requests of at most 5,000', async (count, expected) => {
      answerWith();
      await connection.write(lines(count));
      expect(requests).toEqual(expected);
    });

    it.each([401, 429, 500, 503])('rejects when the second of three requests fails with %i', async (status) => {
      answerWith(204, status, 204);
      await expect(connection.write(lines(12_000))).rejects.toMatchObject({ statusCode: status });
      expect(requests).toEqual([5_000, 5_000]);
    });

    it.each([400, 422])(
      'sends what follows a request that is refused for good with %i, and rejects then',
      async (status) => {
        answerWith(204, status, 204);
        await expect(connection.write(lines(12_000))).rejects.toMatchObject({ statusCode: status });
        expect(requests).toEqual([5_000, 5_000, 2_000]);
      },
    );

    it('sends what is too large in halves, and what follows in requests of that size', async () => {
      answerWith(413, 413, 204);
      await connection.write(lines(8_000));
      expect(requests).toEqual([5_000, 2_500, 1_250, 1_250, 2_500, 1_250, 1_250, 500]);
    });

    it('refuses one line that is too large, and sends the others', async () => {
      answerWith(413, 413, 413, 204, 204);
      expect(await connection.offer(lines(3))).toMatchObject({ lines: 1, error: { statusCode: 413 } });
      expect(requests).toEqual([3, 2, 1, 1, 1]);
      await connection.write(lines(600));
      expect(requests.slice(5)).toEqual([500, 100]);
    });
  });
});
