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
    await expect(connection.query('x', client.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await ended;
  });

  it.each([401, 404, 500, 503])('says that the store is away when it answers %i', async (status) => {
    answer = (_request, response) => response.writeHead(status).end('{"code":"x","message":"inner words"}');
    await expect(connection.query('x')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      detail: expect.not.stringContaining('inner'),
    });
  });

  it('says that the store is away when nothing listens', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(connection.query('x')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('gives the rows of an answer', async () => {
    answer = (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/csv' })
        .end(
          '#datatype,string,long,double\r\n#group,false,false,false\r\n#default,_result,,\r\n,result,table,_value\r\n,,0,7\r\n\r\n',
        );
    expect(await connection.query('x')).toMatchObject([{ _value: 7 }]);
  });
});
