import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CycleRecords } from '../../src/metrics/collect/cycle-records.port.js';
import type { SinkRecords } from '../../src/metrics/sinks/sink-records.port.js';
import type { SinkSamples } from '../../src/metrics/sinks/sink-samples.port.js';
import { aPod } from '../support/samples.js';
import { describeCycleSamples } from './cycle-samples.contract.js';
import { cpu, MINUTE, T0 } from './metric-store.fixture.js';

export interface SinkSamplesUnderTest {
  readonly samples: SinkSamples;
  readonly cycles: CycleRecords;
  readonly sinks: SinkRecords;
  /** Makes what is kept of a scope unreadable. */
  damage(scope: string): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** What every place promises that keeps samples for sinks: all of `CycleSamples`, and that nothing goes before a closing has shown it. */
export function describeSinkSamples(name: string, open: () => Promise<SinkSamplesUnderTest>): void {
  describeCycleSamples(`the samples for sinks on ${name}`, async () => {
    const at = await open();
    return {
      async fresh() {
        await at.clear();
        const writer = { append: at.samples.put.bind(at.samples) };
        return { writer, cycles: at.samples, closeDays: async () => undefined, close: async () => undefined };
      },
      stop: () => at.close(),
    };
  });

  describe(`SinkSamples on ${name}`, () => {
    let at: SinkSamplesUnderTest;
    beforeAll(async () => {
      at = await open();
    });
    afterAll(() => at.close());
    beforeEach(() => at.clear());

    const cycleOf = (minute: number): number => T0 + minute * MINUTE;
    const put = (minute: number, scope = 'node-1', value = minute) =>
      at.samples.put(cycleOf(minute), [{ scope, samples: [cpu(aPod({ node: scope }), value)] }]);
    const start = (minute: number) =>
      at.cycles.start({ cycleAtMs: cycleOf(minute), resolutionMs: MINUTE, startedAtMs: T0, shards: [['node-1']] });
    /** @returns the number of the closing */
    const close = async (minute: number): Promise<number> => {
      await at.cycles.close(cycleOf(minute), { closedAtMs: T0, nodesPresent: 1, missing: [] }, 0);
      return (await at.sinks.backlog(0)).newest?.closing ?? 0;
    };
    const read = async (minute: number): Promise<[string, number | undefined][]> => {
      const all: [string, number | undefined][] = [];
      for await (const batch of at.samples.read(cycleOf(minute)))
        for (const { scope, samples } of batch)
          all.push([scope, samples[0]?.values.find((value) => !Number.isNaN(value))]);
      return all;
    };

    it('keeps a cycle that runs or waits, and forgets one whose closing every sink has passed', async () => {
      for (const minute of [1, 2, 3]) {
        await start(minute);
        await put(minute);
      }
      const [first, second] = [await close(1), await close(2)];
      await at.samples.forget(first, T0);
      expect([await read(1), await read(2), await read(3)]).toEqual([[], [['node-1', 2]], [['node-1', 3]]]);
      await at.samples.forget(second, T0);
      expect([await read(2), await read(3)]).toEqual([[], [['node-1', 3]]]);
      await at.samples.forget(Number.MAX_SAFE_INTEGER, T0);
      expect(await read(3)).toEqual([['node-1', 3]]);
    });

    it('keeps what came after the closing until the cycle is closed again', async () => {
      await start(1);
      await put(1, 'node-1');
      await put(1, 'node-2');
      const first = await close(1);
      await put(1, 'late', 7);
      await put(1, 'node-2', 8);
      await at.samples.forget(first, T0);
      expect(await read(1)).toEqual([
        ['late', 7],
        ['node-2', 8],
      ]);
      await at.samples.forget(await close(1), T0);
      expect(await read(1)).toEqual([]);
    });

    it('shows with a closing all that was put before it, however many put and close at once', async () => {
      const minutes = [1, 2, 3, 4, 5, 6];
      for (const minute of minutes) await start(minute);
      const closed = Promise.all(minutes.map((minute) => put(minute).then(() => close(minute))));
      const late = Promise.all(minutes.map((minute) => put(minute, 'late')));
      for (let looks = 0; looks < 6; looks += 1) {
        for (const { cycleAtMs } of await at.sinks.pending(0, 99))
          expect(await read((cycleAtMs - T0) / MINUTE)).toContainEqual(['node-1', (cycleAtMs - T0) / MINUTE]);
      }
      const closings = await closed;
      await late;
      // Whatever came before its closing is gone with it, the rest is not: no closing has shown it.
      await at.samples.forget(Math.max(...closings), T0);
      for (const minute of minutes) expect([[], [['late', minute]]]).toContainEqual(await read(minute));
    });

    it('forgets what is too old, also of cycles that nobody knows, one below, at and above that', async () => {
      for (const minute of [1, 2, 3]) await put(minute);
      await at.samples.forget(0, cycleOf(2));
      expect([await read(1), await read(2), await read(3)]).toEqual([[], [['node-1', 2]], [['node-1', 3]]]);
    });

    it('leaves out what can no longer be read', async () => {
      await put(1, 'node-1');
      await put(1, 'node-2');
      await at.damage('node-1');
      expect(await read(1)).toEqual([['node-2', 1]]);
    });
  });
}
