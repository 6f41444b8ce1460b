import { describe, expect, it } from '@jest/globals';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { WriteBacklog } from './write-backlog.js';

/** Writes that end when they are told to, and whether somebody who asked for room has it. */
function start(most: number) {
  const backlog = new WriteBacklog(most);
  const begin = () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    return { done: backlog.during(() => promise), resolve, reject };
  };
  const ask = () => {
    const asked = { hasRoom: false };
    void backlog.room().then(() => (asked.hasRoom = true));
    return asked;
  };
  return { begin, ask };
}

describe('WriteBacklog', () => {
  it('has room while fewer than its limit are written', async () => {
    const { begin, ask } = start(2);
    begin();
    const asked = ask();
    await othersTurn();
    expect(asked.hasRoom).toBe(true);
  });

  it('lets all who wait go on once a write is done, and gives its result', async () => {
    const { begin, ask } = start(2);
    const [first] = [begin(), begin()];
    const asked = [ask(), ask()];
    await othersTurn();
    expect(asked.map(({ hasRoom }) => hasRoom)).toEqual([false, false]);
    first.resolve('written');
    expect(await first.done).toBe('written');
    await othersTurn();
    expect(asked.map(({ hasRoom }) => hasRoom)).toEqual([true, true]);
  });

  it('makes room after a write that failed too', async () => {
    const { begin, ask } = start(1);
    const write = begin();
    const asked = ask();
    write.reject(new Error('full'));
    await expect(write.done).rejects.toThrow('full');
    await othersTurn();
    expect(asked.hasRoom).toBe(true);
  });
});
