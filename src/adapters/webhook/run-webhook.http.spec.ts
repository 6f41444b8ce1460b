import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpRunWebhook } from './run-webhook.http.js';

const SECRET = 'a secret of the environment';
const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

let server: Server;
let url: string;
let status = 200;
const calls: { message: IncomingMessage; body: string }[] = [];

async function take(message: IncomingMessage, answer: ServerResponse): Promise<void> {
  calls.push({ message, body: await text(message) });
  answer.writeHead(status, status === 302 ? { location: `${url}elsewhere` } : {}).end('thanks');
}

beforeAll(async () => {
  server = createServer((message, answer) => void take(message, answer)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
beforeEach(() => {
  calls.length = 0;
  status = 200;
});
afterAll(() => void server.close());

const webhook = () => new HttpRunWebhook({ url, secret: SECRET }, { now: () => NOW_MS });
const never = new AbortController().signal;

describe('the webhook of runs', () => {
  it('is signed with the time, so that nobody else can send it and it cannot be sent again later', async () => {
    await webhook().send('run-1', { type: 'gc.run.finished' }, never);
    const [call] = calls;
    const seconds = Math.floor(NOW_MS / 1000);
    const v1 = createHmac('sha256', SECRET).update(`${seconds}.${call?.body}`).digest('hex');
    expect(call?.message.headers['quartermaster-signature']).toBe(`t=${seconds},v1=${v1}`);
    expect(call?.message.headers['quartermaster-delivery']).toBe('run-1');
    expect(JSON.parse(call?.body ?? '')).toEqual({ type: 'gc.run.finished' });
  });

  it.each([302, 404, 500])('that is answered with %i has failed, and is not led elsewhere', async (refusal) => {
    status = refusal;
    const sending = webhook().send('run-1', {}, never);
    await expect(sending).rejects.toThrow(`The webhook answered with status ${refusal}`);
    await expect(sending).rejects.not.toThrow(SECRET);
    expect(calls).toHaveLength(1);
  });

  it('is not there unless somebody has set it up', () => {
    expect(new HttpRunWebhook(undefined, { now: () => NOW_MS }).isConfigured).toBe(false);
    expect(webhook().isConfigured).toBe(true);
  });
});
