import { EventEmitter, once } from 'node:events';
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

  it('drop a reader that takes nothing, and keep no more for it than one event', async () => {
    const streams = new EventStreams(Log.silent());
    let asked = 0;
    let hasEnded = false;
    async function* source(): AsyncGenerator<ServerEvent> {
      try {
        for (;;) yield { id: String(++asked), data: 'x'.repeat(100_000) };
      } finally {
        hasEnded = true;
      }
    }
    const stream = streams.open(source, new EventEmitter(), 20);
    await once(stream, 'close');
    await turn();
    expect([asked, hasEnded]).toEqual([1, true]);
  });

  it('keep a reader that is slow', async () => {
    const streams = new EventStreams(Log.silent());
    async function* source(): AsyncGenerator<ServerEvent> {
      for (let id = 1; id <= 3; id += 1) yield { id: String(id), data: 'x'.repeat(100_000) };
    }
    const stream = streams.open(source, new EventEmitter(), 5000);
    let bytes = 0;
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length;
      await turn();
    }
    expect(bytes).toBeGreaterThan(300_000);
  });
});
