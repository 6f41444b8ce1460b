import { beforeAll, describe, expect, it } from '@jest/globals';
import type { EventWatchRecords } from '../../src/events/watch/event-watch-records.port.js';

const T0 = Date.UTC(2026, 0, 2);

/** What every database promises of who follows events. */
export function describeEventWatchRecords(engine: string, open: () => Promise<EventWatchRecords>): void {
  describe(`who follows events, on ${engine}`, () => {
    let records: EventWatchRecords;
    beforeAll(async () => {
      records = await open();
    });

    it('begins with nothing', async () => {
      expect(await records.read()).toEqual({ state: 'starting', heldUntilMs: 0 });
    });

    it('lets one follow at a time, until it gives that back or its time is over', async () => {
      expect(await records.hold('one', T0, T0 + 100)).toBe(true);
      expect(await records.hold('two', T0 + 99, T0 + 200)).toBe(false);
      expect(await records.hold('one', T0 + 99, T0 + 300)).toBe(true);
      expect(await records.hold('two', T0 + 300, T0 + 400)).toBe(true);
      expect(await records.hold('one', T0 + 301, T0 + 400)).toBe(false);
      await records.hold('two', T0 + 301, T0 + 301);
      const both = await Promise.all(['one', 'three'].map((holder) => records.hold(holder, T0 + 302, T0 + 500)));
      expect(both.filter(Boolean)).toHaveLength(1);
    });

    it('takes the progress of the holder alone', async () => {
      await records.hold('one', T0 + 1000, T0 + 2000);
      const progress = { resourceVersion: '12', state: 'behind', reason: 'away', asOfMs: T0 } as const;
      expect(await records.note('one', progress)).toBe(true);
      expect(await records.note('two', { state: 'live' })).toBe(false);
      expect(await records.read()).toEqual({ ...progress, heldUntilMs: T0 + 2000 });
      await records.note('one', { state: 'live' });
      expect(await records.read()).toEqual({ state: 'live', heldUntilMs: T0 + 2000 });
    });

    it('keeps gaps, each once, and forgets old ones', async () => {
      await records.addGap({ fromMs: T0, toMs: T0 + 10 });
      await records.addGap({ fromMs: T0, toMs: T0 + 20 });
      await records.addGap({ fromMs: T0 + 50, toMs: T0 + 60 });
      expect(await records.gaps({})).toHaveLength(2);
      expect(await records.gaps({ fromMs: T0 + 20 })).toEqual([{ fromMs: T0 + 50, toMs: T0 + 60 }]);
      expect(await records.gaps({ fromMs: T0 + 19, toMs: T0 + 50 })).toEqual([{ fromMs: T0, toMs: T0 + 20 }]);
      expect(await records.trimGaps(T0 + 30)).toBe(1);
      expect(await records.gaps({})).toHaveLength(1);
    });
  });
}
