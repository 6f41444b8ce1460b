import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Log } from '../log.js';
import { EventStreams, type ServerEvent } from './event-stream.js';

/** A source that says nothing until its reader has gone. */
function silent(signal: AbortSignal): AsyncIterable<ServerEvent> {
  const gone = new Promise<IteratorResult<ServerEvent>>((resolve) =>
    signal.addEventListener('abort', () => resolve({ done: true, value: undefined })),
  );
  return { [Symbol.asyncIterator]: () => ({ next: () => gone }) };
}

describe('event streams', () => {
  it('opens no more than 200 at once, and others when an answer is closed', async () => {
    const streams = new EventStreams(Log.silent());
    const answers = Array.from({ length: 200 }, () => new EventEmitter());
    for (const answer of answers) streams.open(silent, answer);
    expect(() => streams.open(silent, new EventEmitter())).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
    answers[0]?.emit('close');
    await turn();
    streams.open(silent, new EventEmitter());
    expect(() => streams.open(silent, new EventEmitter())).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
    streams.onModuleDestroy();
  });
});
