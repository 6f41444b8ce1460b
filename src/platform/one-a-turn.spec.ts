import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { OneATurn } from './one-a-turn.js';

describe('one a turn', () => {
  it('does what is added in its order, and leaves the others to later turns', async () => {
    const turns = new OneATurn();
    const done: string[] = [];
    turns.add(() => {
      done.push('first');
      turns.add(() => done.push('added by the first'));
    });
    turns.add(() => done.push('second'));
    expect(done).toEqual([]);
    await nextTurn();
    expect(done).toEqual(['first']);
    await nextTurn();
    expect(done).toEqual(['first', 'second']);
    await nextTurn();
    expect(done).toEqual(['first', 'second', 'added by the first']);
  });

  it('begins again after it had nothing to do', async () => {
    const turns = new OneATurn();
    const done: string[] = [];
    turns.add(() => done.push('first'));
    await nextTurn();
    turns.add(() => done.push('second'));
    await nextTurn();
    expect(done).toEqual(['first', 'second']);
  });
});
