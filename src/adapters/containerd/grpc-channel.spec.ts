import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { array, assert, integer, property, uint8Array } from 'fast-check';
import { GrpcChannel } from './grpc-channel.js';
import { GRPC } from './grpc-error.js';
import { GrpcFrames, grpcFrame } from './grpc-frames.js';

const OK = { ':status': 200, 'content-type': 'application/grpc' };

describe('messages of a gRPC stream', () => {
  it('come out as they went in, wherever the chunks end', () => {
    const messages = array(uint8Array({ maxLength: 50 }), { maxLength: 8 });
    assert(
      property(messages, array(integer({ min: 1, max: 20 }), { minLength: 1 }), (sent, sizes) => {
        const bytes = Buffer.concat(sent.map(grpcFrame));
        const frames = new GrpcFrames(1000);
        const received: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          received.push(...frames.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(received.map((one) => [...one])).toEqual(sent.map((one) => [...one]));
        expect(frames.isCut).toBe(false);
      }),
    );
  });

  it('are refused when they are too long, before they are there', () => {
    const head = grpcFrame(new Uint8Array(101)).subarray(0, 5);
    expect(() => new GrpcFrames(100).push(head)).toThrow('larger than 100');
  });

  it('are refused when they are compressed', () => {
    const frame = grpcFrame(new Uint8Array(1));
    frame.writeUInt8(1, 0);
    expect(() => new GrpcFrames(100).push(frame)).toThrow('compressed');
  });
});

describe('a call', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qm-grpc-'));
  const socket = join(folder, 's.sock');
  let server: Http2Server;
  let sessions: ServerHttp2Session[];
  let channel: GrpcChannel;
  let answer: (stream: ServerHttp2Stream) => void;
  const start = async () => {
    server = createServer();
    sessions = [];
    server.on('session', (session) => sessions.push(session));
    server.on('stream', (stream) => answer(stream));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
  };
  const stop = async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  /** Sends messages and a status after them. */
  const say =
    (status: Record<string, string>, ...messages: string[]) =>
    (stream: ServerHttp2Stream) => {
      stream.respond(OK, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers(status));
      stream.end(Buffer.concat(messages.map((text) => grpcFrame(Buffer.from(text)))));
    };
  const ask = (deadlineMs = 10_000) => channel.unary({ path: '/a.B/C', request: Buffer.from('?'), deadlineMs });

  beforeEach(async () => {
    await start();
    channel = new GrpcChannel(socket);
  });
  afterEach(async () => {
    channel.close();
    await stop();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives the message', async () => {
    answer = say({ 'grpc-status': '0' }, 'hello');
    expect((await ask()).toString()).toBe('hello');
  });

  it('fails with the status of an answer that has nothing but its end', async () => {
    answer = (stream) =>
      stream.respond({ ...OK, 'grpc-status': '5', 'grpc-message': 'not%20there' }, { endStream: true });
    await expect(ask()).rejects.toMatchObject({ code: GRPC.NOT_FOUND, message: 'not there' });
  });

  it('fails with a status after messages', async () => {
    answer = say({ 'grpc-status': '13', 'grpc-message': 'broken' }, 'half');
    await expect(ask()).rejects.toMatchObject({ code: 13, message: 'broken' });
  });

  it('fails at its deadline when nothing is answered', async () => {
    answer = () => undefined;
    await expect(ask(50)).rejects.toMatchObject({ code: GRPC.DEADLINE, message: 'no answer within 50 ms' });
  });

  it('fails when what answers speaks no gRPC', async () => {
    answer = (stream) => {
      stream.respond({ ':status': 404 });
      stream.end();
    };
    await expect(ask()).rejects.toMatchObject({ code: GRPC.UNAVAILABLE, message: 'HTTP status 404, no gRPC' });
  });

  it('fails when the connection ends in the middle of it', async () => {
    answer = (stream) => stream.session?.destroy();
    await expect(ask()).rejects.toMatchObject({ code: GRPC.UNAVAILABLE });
  });

  it('goes to the runtime that was started again', async () => {
    answer = say({ 'grpc-status': '0' }, 'one');
    await ask();
    await stop();
    await expect(ask()).rejects.toMatchObject({ code: GRPC.UNAVAILABLE });
    await start();
    expect((await ask()).toString()).toBe('one');
  });

  it('can be given up, and its stream ends at the other side', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answer = (stream) => {
      stream.on('error', () => undefined);
      stream.once('close', resolve);
      stream.respond(OK);
      stream.write(grpcFrame(Buffer.from('first')));
    };
    const given = new AbortController();
    const messages = channel.stream({ path: '/a.B/C', request: Buffer.alloc(0), signal: given.signal });
    expect((await messages.next()).value?.toString()).toBe('first');
    given.abort(new Error('enough'));
    await expect(messages.next()).rejects.toThrow('enough');
    await promise;
  });
});
