import type { IncomingMessage } from 'node:http';
import { connectionFailure, tooLargeFailure } from './kubelet-failure.js';
import type { BodyReader } from './read-body.js';

const NOTHING = Buffer.alloc(0);

/** Hands an answer's body on as it comes; `done` gets no bytes. What `take` throws is the failure. */
export function streamBody(
  answer: IncomingMessage,
  maxBodyBytes: number,
  take: (chunk: Buffer) => void,
  { done, fail }: BodyReader,
): void {
  let bytes = 0;
  let hasEnded = false;
  const end = (settle: () => void): void => {
    if (hasEnded) return;
    hasEnded = true;
    settle();
  };
  answer.on('data', (chunk: Buffer) => {
    if (hasEnded) return;
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return end(() => fail(tooLargeFailure(maxBodyBytes)));
    try {
      take(chunk);
    } catch (error) {
      end(() => fail(error));
    }
  });
  answer.on('error', (error) => end(() => fail(connectionFailure(error))));
  answer.on('end', () => end(() => done(NOTHING)));
  answer.on('close', () => end(() => fail(connectionFailure(new Error('closed')))));
}
