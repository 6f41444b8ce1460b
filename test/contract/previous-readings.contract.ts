import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PreviousReadings } from '../../src/metrics/collect/previous-readings.port.js';
import { encodeReading } from '../../src/metrics/core/previous-reading.js';

const T0 = Date.UTC(2026, 0, 2);
const MINUTE = 60_000;

/** A reading of a cycle, `cpuNs` telling it from others. */
function aReading(cycle: number, cpuNs: number): Buffer {
  const cycleAtMs = T0 + cycle * MINUTE;
  return encodeReading({
    cycleAtMs,
    counters: new Map([
      ['', [T0, cycleAtMs - 3000, cpuNs, NaN, NaN, NaN, NaN, NaN, NaN, NaN]],
      ['/kubelet', [NaN, cycleAtMs, 2 ** 60, cycleAtMs + 0.125, 0, cycleAtMs, 1, 2, 3, 4]],
    ]),
  });
}

/** What every database promises of the readings between cycles. */
export function describePreviousReadings(
  engine: string,
  open: () => Promise<{ readings: PreviousReadings; close: () => Promise<void> }>,
): void {
  describe(`previous readings on ${engine}`, () => {
    let readings: PreviousReadings;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ readings, close } = await open());
    });
    afterAll(() => close());

    const save = (cycle: number, ...nodes: [string, number][]) =>
      readings.save(T0 + cycle * MINUTE, new Map(nodes.map(([node, cpuNs]) => [node, aReading(cycle, cpuNs)])));
    const load = (cycle: number, ...nodes: string[]) => readings.load(nodes, T0 + cycle * MINUTE);

    it('gives back what was saved for a cycle before, exactly', async () => {
      await save(1, ['exact', 17]);
      expect(await load(2, 'exact')).toEqual(new Map([['exact', aReading(1, 17)]]));
    });

    it('gives the newest reading strictly before the cycle, so that a second run finds the same', async () => {
      await save(1, ['twice', 1]);
      await save(2, ['twice', 2]);
      expect((await load(2, 'twice')).get('twice')).toEqual(aReading(1, 1));
      expect((await load(3, 'twice')).get('twice')).toEqual(aReading(2, 2));
      expect((await load(1, 'twice')).size).toBe(0);
    });

    it('replaces a reading of the same cycle', async () => {
      await save(1, ['again', 1]);
      await save(1, ['again', 2]);
      expect((await load(2, 'again')).get('again')).toEqual(aReading(1, 2));
    });

    it('finds the reading of a node that missed cycles, and does not lose it to the saves of others', async () => {
      await save(1, ['away', 1], ['there', 1]);
      for (const cycle of [2, 3, 4, 5]) await save(cycle, ['there', cycle]);
      const loaded = await load(6, 'away', 'there', 'nobody');
      expect([...loaded.keys()].sort()).toEqual(['away', 'there']);
      expect(loaded.get('away')).toEqual(aReading(1, 1));
    });

    it('keeps the two newest cycles of a node, in whatever order they come', async () => {
      for (const cycle of [3, 1, 4, 2]) await save(cycle, ['mixed', cycle]);
      expect((await load(9, 'mixed')).get('mixed')).toEqual(aReading(4, 4));
      expect((await load(4, 'mixed')).get('mixed')).toEqual(aReading(3, 3));
      expect((await load(3, 'mixed')).size).toBe(0);
    });

    it('keeps each node once when two processes save the same shard at once', async () => {
      const nodes = Array.from({ length: 40 }, (_, index): [string, number] => [`both-${index}`, index]);
      await Promise.all([save(1, ...nodes), save(1, ...nodes.toReversed()), save(2, ...nodes)]);
      expect((await load(2, ...nodes.map(([name]) => name))).size).toBe(40);
    });

    it('has nothing for no nodes', async () => {
      await readings.save(T0, new Map());
      expect((await load(9)).size).toBe(0);
    });

    it('forgets what is older than asked for', async () => {
      await readings.save(T0 - 9 * MINUTE, new Map([['gone', aReading(-9, 1)]]));
      await readings.trim(T0);
      expect((await load(9, 'gone')).size).toBe(0);
      expect((await load(9, 'exact')).size).toBe(1);
    });
  });
}
