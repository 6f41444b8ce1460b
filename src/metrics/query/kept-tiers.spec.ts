import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MetricReader, TierState } from '../metric-store.port.js';
import { KeptTiers } from './kept-tiers.js';

function start(answer: () => Promise<readonly TierState[]>) {
  const time = { ms: 1_000_000 };
  let asked = 0;
  const tiers = (): Promise<readonly TierState[]> => {
    asked += 1;
    return answer();
  };
  const kept = new KeptTiers({ tiers } as unknown as MetricReader, { now: () => time.ms }, { queryTimeoutMs: 20 });
  return { kept, time, asked: () => asked };
}

describe('what the tiers hold', () => {
  it('is asked for again after ten seconds, and not before; nobody waits for that', async () => {
    const { kept, time, asked } = start(async () => [{ name: 'raw', oldestMs: time.ms }]);
    expect(await kept.get()).toEqual([{ name: 'raw', oldestMs: 1_000_000 }]);
    time.ms += 9_999;
    await kept.get();
    expect(asked()).toBe(1);
    time.ms += 1;
    expect(await Promise.all([kept.get(), kept.get()])).toEqual([
      [{ name: 'raw', oldestMs: 1_000_000 }],
      [{ name: 'raw', oldestMs: 1_000_000 }],
    ]);
    expect(asked()).toBe(2);
    await setImmediate(); // what is answered at once has come by then
    expect(await kept.get()).toEqual([{ name: 'raw', oldestMs: 1_010_000 }]);
    expect(asked()).toBe(2);
  });

  it.each([
    ['when half a minute went by', 30_000],
    ['when the clock was set back', -60_000],
  ])('is waited for %s', async (_, byMs) => {
    const { kept, time } = start(async () => [{ name: 'raw', oldestMs: time.ms }]);
    await kept.get();
    time.ms += byMs;
    expect(await kept.get()).toEqual([{ name: 'raw', oldestMs: 1_000_000 + byMs }]);
  });

  it('is not used any more when it cannot be asked for anew', async () => {
    const answers = [Promise.resolve([{ name: 'raw' as const }])];
    const { kept, time } = start(() => answers.shift() ?? Promise.reject(new Error('away')));
    await kept.get();
    time.ms += 10_000;
    expect(await kept.get()).toEqual([{ name: 'raw' }]);
    await setImmediate();
    await expect(kept.get()).rejects.toThrow('away');
  });

  it('is asked for again at once when that failed', async () => {
    const { kept, asked } = start(() => Promise.reject(new Error('away')));
    await expect(kept.get()).rejects.toThrow('away');
    await expect(kept.get()).rejects.toThrow('away');
    expect(asked()).toBe(2);
  });

  it('is not waited for longer than a query may take', async () => {
    const { kept } = start(() => new Promise(() => undefined));
    await expect(kept.get()).rejects.toMatchObject({
      code: 'UNPROCESSABLE',
      detail: expect.stringContaining('QUERY_TIMEOUT'),
    });
  });
});
