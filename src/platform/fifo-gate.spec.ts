import { describe, expect, it } from '@jest/globals';
import { FifoGate } from './fifo-gate.js';

describe('FifoGate', () => {
  /** Work that notes its start and runs until it is told to end. */
  function aWork(started: string[], name: string) {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const run = (): Promise<string> => {
      started.push(name);
      return promise;
    };
    return { run, end: () => resolve(name), fail: () => reject(new Error(name)) };
  }

  it('lets no more run than the limit, and the others in the order in which they came', async () => {
    const gate = new FifoGate(2);
    const started: string[] = [];
    const works = ['a', 'b', 'c', 'd'].map((name) => aWork(started, name));
    const ran = works.map(({ run }) => gate.run(run));
    expect(started).toEqual(['a', 'b']);
    works[1]?.end();
    await ran[1];
    expect(started).toEqual(['a', 'b', 'c']);
    works[0]?.end();
    expect(await ran[0]).toBe('a');
    expect(started).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives the place of work that failed to the next', async () => {
    const gate = new FifoGate(1);
    const started: string[] = [];
    const [bad, good] = [aWork(started, 'bad'), aWork(started, 'good')];
    const failed = gate.run(bad.run);
    const succeeded = gate.run(good.run);
    bad.fail();
    await expect(failed).rejects.toThrow('bad');
    good.end();
    expect(await succeeded).toBe('good');
  });

  it('has room again when all is done', async () => {
    const gate = new FifoGate(1);
    for (const name of ['one', 'two']) expect(await gate.run(() => Promise.resolve(name))).toBe(name);
  });
});
