import type { IncomingMessage } from 'node:http';
import type { OneATurn } from '../../platform/one-a-turn.js';
import type { BodyBuffers } from './body-buffers.js';
import { connectionFailure, tooLargeFailure } from './kubelet-failure.js';

/** Who waits for a body; exactly one of the two is called, once. */
export interface BodyReader {
  /** The bytes are lent: they are overwritten once this returns. */
  readonly done: (body: Buffer) => void;
  /** Gets a NodeFailure: the body is larger than allowed, or it broke off. */
  readonly fail: (failure: unknown) => void;
}

/** Reads an answer's body into memory of `buffers` that is given back at the end, whichever that is. A whole body waits for its turn: what is done with it takes milliseconds. */
export function readBody(
  answer: IncomingMessage,
  maxBodyBytes: number,
  buffers: BodyBuffers,
  turns: OneATurn,
  { done, fail }: BodyReader,
): void {
  const announced = Number(answer.headers['content-length'] ?? 0);
  if (announced > maxBodyBytes) return fail(tooLargeFailure(maxBodyBytes));
  let buffer = buffers.take(announced);
  let bytes = 0;
  let isWhole = false;
  let hasEnded = false;
  const end = (settle: () => void): void => {
    if (hasEnded) return;
    hasEnded = true;
    settle();
    buffers.give(buffer);
  };
  answer.on('data', (chunk: Buffer) => {
    if (hasEnded) return;
    if (bytes + chunk.length > maxBodyBytes) return end(() => fail(tooLargeFailure(maxBodyBytes)));
    if (bytes + chunk.length > buffer.length) {
      const bigger = buffers.take(2 * (bytes + chunk.length));
      buffer.copy(bigger, 0, 0, bytes);
      buffers.give(buffer);
      buffer = bigger;
    }
    bytes += chunk.copy(buffer, bytes);
  });
  const broke = (error: unknown): void => {
    if (!isWhole) end(() => fail(connectionFailure(error)));
  };
  answer.on('error', broke);
  answer.on('close', () => broke(new Error('closed')));
  answer.on('end', () => {
    isWhole = true;
    turns.add(() => end(() => done(buffer.subarray(0, bytes))));
  });
}
