import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ScopeSamples } from '../../src/metrics/metric-store.port.js';
import type { SampleSpool } from '../../src/metrics/spool/sample-spool.port.js';
import { aFullSample, aNode, aPod } from '../support/samples.js';
import { MINUTE, T0 } from './metric-store.fixture.js';

const PLENTY = 2 ** 30;

export interface SpoolUnderTest {
  readonly spool: SampleSpool;
  /** Makes what waits unreadable. */
  damage(scope: string): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** What every place promises where samples wait. */
export function describeSampleSpool(name: string, open: () => Promise<SpoolUnderTest>): void {
  describe(`SampleSpool on ${name}`, () => {
    let at: SpoolUnderTest;
    beforeAll(async () => {
      at = await open();
    });
    afterAll(() => at.close());
    beforeEach(() => at.clear());

    const of = (scope: string, value: number): ScopeSamples => ({
      scope,
      samples: [
        aFullSample(aNode({ node: scope }), value, T0),
        aFullSample(aPod({ node: scope, labels: { app: 'web' } }), value),
      ],
    });
    const put = (minute: number, scopes: ScopeSamples[], maxBytes = PLENTY) =>
      at.spool.put(T0 + minute * MINUTE, scopes, maxBytes);
    /** Takes everything out, in order. */
    const drain = async () => {
      const out: [number, ScopeSamples[]][] = [];
      for (let batch = await at.spool.oldest(); batch; batch = await at.spool.oldest()) {
        out.push([(batch.cycleAtMs - T0) / MINUTE, batch.scopes.map(({ scope }) => scope)]);
        await at.spool.remove(batch.scopes.map(({ version }) => version));
      }
      return out;
    };

    it('gives back what was put, the oldest cycle first, whatever the order of putting', async () => {
      expect(await at.spool.isEmpty()).toBe(true);
      expect(await at.spool.oldest()).toBeUndefined();
      await put(3, [of('a', 3)]);
      await put(1, [of('b', 1), of('a', 1)]);
      await put(2, [of('', 2), { scope: 'empty', samples: [] }]);
      expect(await at.spool.isEmpty()).toBe(false);
      expect(await drain()).toEqual([
        [1, [of('a', 1), of('b', 1)]],
        [2, [of('', 2), { scope: 'empty', samples: [] }]],
        [3, [of('a', 3)]],
      ]);
      expect(await at.spool.isEmpty()).toBe(true);
    });

    it('keeps of a scope and cycle the newest, once', async () => {
      await put(1, [of('a', 1), of('b', 1)]);
      await put(1, [of('a', 1), of('a', 2)]);
      expect(await drain()).toEqual([[1, [of('a', 2), of('b', 1)]]]);
    });

    it('keeps what was replaced while its older form was being taken care of', async () => {
      await put(1, [of('a', 1), of('b', 1)]);
      const batch = await at.spool.oldest();
      await put(1, [of('a', 2)]);
      await at.spool.remove(batch?.scopes.map(({ version }) => version) ?? []);
      expect(await drain()).toEqual([[1, [of('a', 2)]]]);
    });

    it('takes the same scopes from two who put them at once, each in its own order', async () => {
      const scopes = Array.from({ length: 300 }, (_, index) => of(`node-${String(index).padStart(3, '0')}`, index));
      await Promise.all([put(1, scopes), put(1, scopes.toReversed())]);
      expect((await drain()).flatMap(([, batch]) => batch)).toEqual(scopes);
    });

    it('gives many scopes some at a time, each once', async () => {
      const scopes = Array.from({ length: 130 }, (_, index) => of(`node-${String(index).padStart(3, '0')}`, index));
      await put(1, scopes);
      const out = await drain();
      expect(out.length).toBeGreaterThan(1);
      expect(out.flatMap(([, batch]) => batch)).toEqual(scopes);
    });

    it('gives up the oldest cycles beyond its bound, one below, at and above it, and says how many', async () => {
      await put(1, [of('a', 1)]);
      const { bytes } = await at.spool.state();
      await at.clear();
      const same = (minute: number) => put(minute, [of('a', 1)], 3 * bytes);
      expect([await same(1), await same(2), await same(3)]).toEqual([0, 0, 0]);
      expect(await same(4)).toBe(1);
      expect((await drain()).map(([minute]) => minute)).toEqual([2, 3, 4]);
      expect(await put(5, [of('a', 1)], 1)).toBe(0);
      expect(await put(6, [of('a', 1)], 1)).toBe(1);
      expect((await drain()).map(([minute]) => minute)).toEqual([6]);
    });

    it('tells what waits', async () => {
      expect(await at.spool.state()).toEqual({ cycles: 0, bytes: 0 });
      await put(2, [of('a', 1), of('b', 1)]);
      await put(1, [of('a', 1)]);
      expect(await at.spool.state()).toMatchObject({ cycles: 2, oldestCycleAtMs: T0 + MINUTE });
      expect((await at.spool.state()).bytes).toBeGreaterThan(100);
    });

    it('leaves out and removes what can no longer be read', async () => {
      await put(1, [of('a', 1)]);
      await put(2, [of('b', 2), of('c', 2)]);
      await at.damage('a');
      await at.damage('c');
      expect(await drain()).toEqual([[2, [of('b', 2)]]]);
    });

    it('lets one holder replay at a time, until it gives that back or its time is over', async () => {
      expect(await at.spool.hold('one', T0, T0 + 100)).toBe(true);
      expect(await at.spool.hold('two', T0 + 99, T0 + 200)).toBe(false);
      expect(await at.spool.hold('one', T0 + 99, T0 + 300)).toBe(true);
      expect(await at.spool.hold('two', T0 + 300, T0 + 400)).toBe(true);
      expect(await at.spool.hold('one', T0 + 301, T0 + 400)).toBe(false);
      await at.spool.hold('two', T0 + 301, T0 + 301);
      const both = await Promise.all(['one', 'three'].map((holder) => at.spool.hold(holder, T0 + 302, T0 + 500)));
      expect(both.filter(Boolean)).toHaveLength(1);
    });
  });
}
