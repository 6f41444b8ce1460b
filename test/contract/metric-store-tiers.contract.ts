import { describe, expect, it } from '@jest/globals';
import { TIERS } from '../../src/metrics/metric-store.port.js';
import { aPod } from '../support/samples.js';
import { cpu, DAY, MINUTE, T0, type StoreFixture } from './metric-store.fixture.js';

/** What each tier holds, as long as nothing is rolled up. */
export function describeTiers(at: StoreFixture): void {
  const { append, range } = at;

  describe('tiers', () => {
    it('begin with the raw one, whose oldest sample they name', async () => {
      const raw = async () => (await at.store.reader.tiers())[0];
      expect(await raw()).toEqual({ name: 'raw' });
      await append(T0, [cpu(aPod(), 1)]);
      expect(await raw()).toEqual({ name: 'raw', oldestMs: T0 });
      await append(T0 - DAY, [cpu(aPod(), 1)]);
      await append(T0 + DAY, [cpu(aPod(), 1)]);
      expect(await raw()).toEqual({ name: 'raw', oldestMs: T0 - DAY });
    });

    it.each(TIERS)('answer from what is finer when nothing is rolled up: %s', async (tier) => {
      for (const minute of [0, 1, 2]) await append(T0 + minute * MINUTE, [cpu(aPod(), minute)]);
      const [series] = await range({ type: 'pod' }, { tier, stepMs: 60 * MINUTE, originMs: T0 });
      expect(series?.points).toEqual([[T0, 1]]);
    });
  });
}
