import { describe, expect, it } from '@jest/globals';
import { ExpiringCache } from './expiring-cache.js';

describe('ExpiringCache', () => {
  function counted(cache: ExpiringCache<string>, ttlMs = 10) {
    let loads = 0;
    const get = (key: string, nowMs: number) =>
      cache.getOrLoad(
        key,
        () => nowMs,
        async () => `${key}${++loads}`,
        () => ttlMs,
      );
    return { get, loads: () => loads };
  }

  it('loads once until the time is over, also for many that ask at once', async () => {
    const { get, loads } = counted(new ExpiringCache(5));
    expect(await Promise.all([get('a', 0), get('a', 0), get('a', 0)])).toEqual(['a1', 'a1', 'a1']);
    expect(await get('a', 9)).toBe('a1');
    expect(await get('a', 10)).toBe('a2');
    expect(loads()).toBe(2);
  });

  it('uses nothing of before a clock that was put back: an hour must not become part of its time', async () => {
    const { get } = counted(new ExpiringCache(5));
    expect(await get('a', 3_600_000)).toBe('a1');
    expect(await get('a', 0)).toBe('a2');
    expect(await get('a', 9)).toBe('a2');
  });

  it('forgets what was used longest ago when it is full', async () => {
    const cache = new ExpiringCache<string>(2);
    const { get } = counted(cache);
    await get('a', 0);
    await get('b', 0);
    await get('a', 0);
    await get('c', 0);
    expect(cache.size).toBe(2);
    expect(await get('a', 0)).toBe('a1');
    expect(await get('b', 0)).toBe('b4');
  });

  it('keeps no failure', async () => {
    const cache = new ExpiringCache<string>(2);
    const fail = () => Promise.reject(new Error('away'));
    await expect(
      cache.getOrLoad(
        'a',
        () => 0,
        fail,
        () => 10,
      ),
    ).rejects.toThrow('away');
    expect(
      await cache.getOrLoad(
        'a',
        () => 0,
        async () => 'back',
        () => 10,
      ),
    ).toBe('back');
  });

  it('does not bring back what was deleted while it was loading', async () => {
    const cache = new ExpiringCache<string>(2);
    const loading = Promise.withResolvers<string>();
    const first = cache.getOrLoad(
      'a',
      () => 0,
      () => loading.promise,
      () => 10,
    );
    cache.delete('a');
    loading.resolve('old');
    expect(await first).toBe('old');
    expect(
      await cache.getOrLoad(
        'a',
        () => 0,
        async () => 'new',
        () => 10,
      ),
    ).toBe('new');
  });
});
