import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { createConnection } from 'node:net';
import { GRPC, GrpcError } from './grpc-error.js';
import { GrpcFrames, grpcFrame } from './grpc-frames.js';
import { statusOf } from './grpc-status.js';

/** A node with thousands of images and containers answers with several megabytes; the kubelet takes 16. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const WINDOW_BYTES = 1024 * 1024;

export interface GrpcCall {
  /** `/runtime.v1.RuntimeService/Version` */
  readonly path: string;
  readonly request: Uint8Array;
  /** Absent: as long as the stream lasts. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * gRPC over HTTP/2 on a unix socket: what CRI needs of it, no more. One connection, which is made by the first call and again by the first call after it went.
 * (Why not @grpc/grpc-js: docs/decisions/agent-runtime.md.)
 */
export class GrpcChannel {
  private session: ClientHttp2Session | undefined;

  constructor(private readonly socketPath: string) {}

  /** Asks once and takes one message. @throws GrpcError, also of a connection that cannot be made (`UNAVAILABLE`) or a deadline that passed (`DEADLINE`) */
  async unary(call: GrpcCall): Promise<Buffer> {
    let only: Buffer | undefined;
    for await (const message of this.stream(call)) only = message;
    if (only === undefined) throw new GrpcError(GRPC.UNAVAILABLE, 'the answer has no message');
    return only;
  }

  /** Asks once and takes messages for as long as they come. @throws GrpcError; the signal's reason when it is aborted */
  async *stream({ path, request, deadlineMs, signal }: GrpcCall): AsyncGenerator<Buffer> {
    const deadline = deadlineMs === undefined ? undefined : AbortSignal.timeout(deadlineMs);
    const stop = AbortSignal.any([signal, deadline].filter((one) => one !== undefined));
    signal?.throwIfAborted();
    const stream = this.open().request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(deadlineMs === undefined ? {} : { 'grpc-timeout': `${deadlineMs}m` }),
    });
    const cancel = (): void => {
      stream.close(constants.NGHTTP2_CANCEL);
      stream.destroy(stop.reason as Error);
    };
    stop.addEventListener('abort', cancel, { once: true });
    try {
      yield* this.messages(stream, request);
    } catch (error) {
      if (deadline?.aborted) throw new GrpcError(GRPC.DEADLINE, `no answer within ${String(deadlineMs)} ms`);
      signal?.throwIfAborted();
      throw error instanceof GrpcError ? error : new GrpcError(GRPC.UNAVAILABLE, (error as Error).message);
    } finally {
      stop.removeEventListener('abort', cancel);
      if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
    }
  }

  close(): void {
    this.session?.destroy();
    this.session = undefined;
  }

  private async *messages(stream: ClientHttp2Stream, request: Uint8Array): AsyncGenerator<Buffer> {
    const status = statusOf(stream);
    status.catch(() => undefined); // an error of the stream is thrown by its iteration first
    stream.end(grpcFrame(request));
    const frames = new GrpcFrames(MAX_MESSAGE_BYTES);
    for await (const chunk of stream as AsyncIterable<Buffer>) yield* frames.push(chunk);
    const { code, message } = await status;
    if (code !== 0) throw new GrpcError(code, message);
    if (frames.isCut) throw new GrpcError(GRPC.UNAVAILABLE, 'the answer ended within a message');
  }

  /** containerd and CRI-O refuse authorities other than `localhost` on a socket. */
  private open(): ClientHttp2Session {
    if (this.session && !this.session.closed && !this.session.destroyed) return this.session;
    const session = connect('http://localhost', {
      createConnection: () => createConnection(this.socketPath),
      settings: { initialWindowSize: WINDOW_BYTES, enablePush: false },
    });
    const forget = (): void => {
      if (this.session === session) this.session = undefined;
    };
    session.once('connect', () => session.setLocalWindowSize(WINDOW_BYTES));
    session.on('error', forget); // each of its calls fails with it
    session.once('goaway', forget);
    session.once('close', forget);
    this.session = session;
    return session;
  }
}
