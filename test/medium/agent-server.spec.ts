import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpAgentServer } from '../../src/adapters/quartermaster/agent-server.http.js';
import { AttemptLostError, ServerAwayError, ServerRefusedError } from '../../src/agent/agent-server.port.js';
import { TestAuthority } from '../support/test-authority.js';

let server: Server;
let url: string;
let authority: TestAuthority;
/** What is answered next. */
let answer = { status: 200, body: '' };
let asked: { authorization?: string | undefined; path?: string | undefined } = {};

beforeAll(async () => {
  authority = await TestAuthority.create('the authority of the server');
  const { cert, key } = await authority.server();
  server = createServer({ cert, key }, (request, response) => {
    asked = { authorization: request.headers.authorization, path: request.url };
    request.resume().on('end', () => response.writeHead(answer.status).end(answer.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const trusting = (token = () => 'a-token') => new HttpAgentServer({ url, ca: () => authority.ca, token });

describe('the way from an agent to the server', () => {
  it.each(['http://quartermaster.example', 'http://10.0.0.7:8484', 'http://localhost.example'])(
    'is never plain HTTP to %s',
    (plain) => {
      expect(() => new HttpAgentServer({ url: plain, ca: () => undefined, token: () => 't' })).toThrow(/loopback/);
    },
  );

  it.each(['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1'])('may be plain HTTP to %s', (plain) => {
    expect(() => new HttpAgentServer({ url: plain, ca: () => undefined, token: () => 't' }).close()).not.toThrow();
  });

  it('is not taken when nobody vouches for the certificate, and no token is sent', async () => {
    asked = {};
    const strange = new HttpAgentServer({ url, ca: () => undefined, token: () => 'a-token' });
    await expect(strange.take('t', 'i')).rejects.toThrow(ServerAwayError);
    expect(asked).toEqual({});
  });

  it('shows the token as it is now', async () => {
    answer = { status: 200, body: '{"cancelled":true}' };
    let token = 'one';
    const rotating = trusting(() => token);
    expect(await rotating.report('t', { attempt: 1, items: [] })).toEqual({ cancelled: true });
    token = 'two';
    await rotating.report('t', { attempt: 1, items: [] });
    expect(asked).toEqual({ authorization: 'Bearer two', path: '/agent/v1/tasks/t/reports' });
    rotating.close();
  });

  it.each([
    [401, ServerAwayError],
    [403, ServerAwayError],
    [429, ServerAwayError],
    [500, ServerAwayError],
    [503, ServerAwayError],
    [404, AttemptLostError],
    [409, AttemptLostError],
    [400, ServerRefusedError],
    [413, ServerRefusedError],
  ])('means by status %i a %p', async (status, kind) => {
    answer = { status, body: '{"detail":"the reason"}' };
    const one = trusting();
    await expect(one.report('t', { attempt: 1, items: [] })).rejects.toThrow(kind);
    await expect(one.end('t', { attempt: 1, outcome: 'done' })).rejects.toThrow(/the reason/);
    one.close();
  });

  it('takes no answer that it does not understand', async () => {
    answer = { status: 200, body: '{"cancelled":"maybe"}' };
    const one = trusting();
    await expect(one.report('t', { attempt: 1, items: [] })).rejects.toThrow(ServerRefusedError);
    one.close();
  });
});
