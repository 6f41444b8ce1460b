import { describe, expect, it } from '@jest/globals';
import { Ending } from './ending.js';
import { endingPlan } from './ending-plan.js';
import { Log } from './log.js';

describe('the end of a process', () => {
  it('names what does not come to an end, and goes on', async () => {
    const ending = new Ending(60_000, Log.silent());
    await ending.step('checkpoint', 0, () => new Promise(() => undefined));
    await ending.step('pool', 60_000, () => Promise.resolve());
    expect(ending.unfinished).toEqual(['checkpoint']);
    expect(ending.hasFailed).toBe(false);
  });

  it('names one of two of a name, when the other has ended', async () => {
    const ending = new Ending(60_000, Log.silent());
    const stuck = ending.step('queue', 0, () => new Promise(() => undefined));
    await Promise.all([stuck, ending.step('queue', 60_000, () => Promise.resolve())]);
    expect(ending.unfinished).toEqual(['queue']);
  });

  it('remembers that a step has failed, and goes on', async () => {
    const ending = new Ending(60_000, Log.silent());
    await ending.step('pool', 60_000, () => Promise.reject(new Error('broken')));
    expect(ending.unfinished).toEqual([]);
    expect(ending.hasFailed).toBe(true);
  });

  it.each([
    { limitMs: 1_000, background: 500, application: 600, engines: 850 },
    { limitMs: 10_000, background: 5_000, application: 6_000, engines: 8_500 },
    { limitMs: 600_000, background: 595_000, application: 596_000, engines: 598_500 },
  ])('is planned within $limitMs ms', ({ limitMs, ...plan }) => {
    expect(endingPlan(limitMs)).toEqual(plan);
  });
});
