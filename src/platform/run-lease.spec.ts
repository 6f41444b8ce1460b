import { describe, expect, it } from '@jest/globals';
import { RunLease } from './run-lease.js';

describe('the lease of a run', () => {
  it('is for one run at a time, until it ends', async () => {
    let has: string | undefined;
    const hold = (holder: string, forMs: number) => {
      if (has !== undefined && has !== holder) return Promise.resolve(false);
      has = forMs > 0 ? holder : undefined;
      return Promise.resolve(true);
    };
    const parts = { hold, onError: () => undefined };
    const first = await RunLease.take(parts);
    expect(await RunLease.take(parts)).toBeUndefined();
    expect(await first?.keep()).toBe(true);
    await first?.end();
    const second = await RunLease.take(parts);
    expect(second).toBeDefined();
    await second?.end(60_000);
    expect(await RunLease.take(parts)).toBeUndefined();
  });

  it('tells when it cannot be noted that the run is at work, and goes on', async () => {
    const [away, told] = [new Error('away'), Promise.withResolvers<unknown>()];
    let asked = 0;
    const hold = () => (++asked === 2 ? Promise.reject(away) : Promise.resolve(true)); // the second is the first renewal
    const lease = await RunLease.take({ hold, onError: told.resolve });
    expect(await told.promise).toBe(away);
    expect(await lease?.keep()).toBe(true);
    await lease?.end();
  });
});
