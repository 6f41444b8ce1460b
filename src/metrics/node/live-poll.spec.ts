import { describe, expect, it } from '@jest/globals';
import type { ServerEvent } from '../../platform/http/event-stream.js';
import { LiveListener, LivePoll } from './live-poll.js';

const anEvent = (id: number): ServerEvent => ({ id: String(id), data: {} });
const never = new AbortController().signal;

describe('a listener', () => {
  it('keeps the newest event alone', async () => {
    const listener = new LiveListener(1000);
    for (const atMs of [1000, 2000, 3000]) listener.offer(anEvent(atMs), 1000, atMs);
    expect((await listener.next(never))?.id).toBe('3000');
    const next = listener.next(never);
    listener.offer(anEvent(4000), 1000, 4000);
    expect((await next)?.id).toBe('4000');
  });

  it.each([
    [1000, [0, 1000, 2000, 3000, 4000, 5000, 6000]],
    [2000, [0, 2000, 4000, 6000]],
    [2500, [0, 2000, 4000, 6000]],
    [3000, [0, 3000, 6000]],
  ])('that wants an event every %i ms takes of those of every second %j', async (intervalMs, taken) => {
    const listener = new LiveListener(intervalMs);
    const seen: number[] = [];
    for (let atMs = 0; atMs <= 6000; atMs += 1000) {
      listener.offer(anEvent(atMs), 1000, atMs);
      const ended = new AbortController();
      const next = listener.next(ended.signal);
      const event = await Promise.race([next, Promise.resolve().then(() => undefined)]);
      ended.abort();
      if (event) seen.push(Number(event.id));
    }
    expect(seen).toEqual(taken);
  });

  it('ends when it is told to', async () => {
    const ended = new AbortController();
    const next = new LiveListener(1000).next(ended.signal);
    ended.abort();
    expect(await next).toBeUndefined();
  });
});

describe('a poll', () => {
  it('asks as often as the most eager listener wants, never twice at once, and stops in the middle of a call', async () => {
    let running = 0;
    let most = 0;
    let asked = 0;
    const fourth = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const poll = new LivePoll(async (signal) => {
      asked += 1;
      most = Math.max(most, ++running);
      if (asked === 4) {
        signal.addEventListener('abort', () => stopped.resolve());
        fourth.resolve();
        await stopped.promise;
      }
      running -= 1;
      return anEvent(asked);
    });
    const slow = poll.join(60_000, 0);
    expect((await slow.next(never))?.id).toBe('1');
    const eager = poll.join(5, 0);
    expect((await eager.next(never))?.id).toBe('1'); // what was said last
    expect(poll.leave(slow)).toBe(true);
    expect(Number((await eager.next(never))?.id)).toBeGreaterThan(1);
    await fourth.promise;
    expect(poll.leave(eager)).toBe(false);
    await stopped.promise;
    expect([most, asked]).toEqual([1, 4]);
  });
});
