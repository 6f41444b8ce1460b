import protobuf from 'protobufjs';
import { RuntimeAnswerError, RuntimeAwayError, RuntimeLacksError } from '../../agent/runtime-errors.js';
import { CRI_PROTO } from './cri-proto.js';
import { GrpcChannel } from './grpc-channel.js';
import { GRPC, GrpcError } from './grpc-error.js';

/** Lists and statuses. */
const READ_MS = 60_000;

/** Numbers of 64 bits become decimal text: nanoseconds do not fit into a double. Absent messages are null. */
const DECODED = { longs: String, defaults: true, arrays: true, objects: true } as const;

/** Calls of CRI v1 on a socket, with the messages of cri-proto.ts. */
export class CriClient {
  private readonly messages = protobuf.parse(CRI_PROTO).root;
  private readonly channel: GrpcChannel;

  constructor(private readonly socketPath: string) {
    this.channel = new GrpcChannel(socketPath);
  }

  /**
   * @param method `RuntimeService/Version`
   * @param types names of the request's and of the answer's message
   * @returns undefined when the runtime says that what was named is not there
   * @throws RuntimeAwayError, RuntimeLacksError, RuntimeAnswerError
   */
  async find<Answer>(
    method: string,
    types: readonly [request: string, answer: string],
    request: object = {},
    deadlineMs = READ_MS,
  ): Promise<Answer | undefined> {
    try {
      const call = { path: `/runtime.v1.${method}`, request: this.encode(types[0], request), deadlineMs };
      return this.decode(types[1], await this.channel.unary(call)) as Answer;
    } catch (error) {
      if (error instanceof GrpcError && error.code === GRPC.NOT_FOUND) return undefined;
      throw this.translate(method, error);
    }
  }

  /** As `find`, where nothing can be missing. */
  async ask<Answer>(method: string, types: readonly [string, string], request: object = {}): Promise<Answer> {
    const answer = await this.find<Answer>(method, types, request);
    if (answer === undefined) throw new RuntimeAnswerError(`${method}: the runtime says "not found"`);
    return answer;
  }

  /** A stream of the server. Ends when `signal` is aborted. @throws as `find` */
  async *stream<Answer>(method: string, answerType: string, signal: AbortSignal): AsyncGenerator<Answer> {
    try {
      const request = this.encode('Empty', {});
      for await (const message of this.channel.stream({ path: `/runtime.v1.${method}`, request, signal }))
        yield this.decode(answerType, message) as Answer;
    } catch (error) {
      if (!signal.aborted) throw this.translate(method, error);
    }
  }

  close(): void {
    this.channel.close();
  }

  private encode(type: string, message: object): Uint8Array {
    const Message = this.messages.lookupType(`runtime.v1.${type}`);
    return Message.encode(Message.fromObject(message)).finish();
  }

  private decode(type: string, bytes: Uint8Array): unknown {
    const Message = this.messages.lookupType(`runtime.v1.${type}`);
    return Message.toObject(Message.decode(bytes), DECODED);
  }

  private translate(method: string, error: unknown): unknown {
    if (!(error instanceof GrpcError))
      return new RuntimeAnswerError(`${method}: the answer cannot be read`, { cause: error });
    const text = `${method} on ${this.socketPath}: ${error.message}`;
    if (error.code === GRPC.UNIMPLEMENTED) return new RuntimeLacksError(text);
    return error.code === GRPC.UNAVAILABLE || error.code === GRPC.DEADLINE
      ? new RuntimeAwayError(text)
      : new RuntimeAnswerError(text);
  }
}
