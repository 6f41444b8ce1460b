import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CycleRecords } from '../../src/metrics/collect/cycle-records.port.js';
import type { SinkRecords } from '../../src/metrics/sinks/sink-records.port.js';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 0, 2);
let minutes = 0;
let sinks = 0;
const newName = (): string => `sink-${String((sinks += 1))}`;
const nothing = { points: 0, refusedPoints: 0 };

/** What every database promises of the sinks' positions. */
export function describeSinkRecords(
  engine: string,
  open: () => Promise<{ sinks: SinkRecords; cycles: CycleRecords; close: () => Promise<void> }>,
): void {
  describe(`sink records on ${engine}`, () => {
    let records: SinkRecords;
    let cycles: CycleRecords;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ sinks: records, cycles, close } = await open());
    });
    afterAll(() => close());

    const start = async (): Promise<number> => {
      const cycleAtMs = T0 + (minutes += 1) * MINUTE;
      await cycles.start({ cycleAtMs, resolutionMs: MINUTE, startedAtMs: cycleAtMs, shards: [['a']] });
      return cycleAtMs;
    };
    const closeAt = (cycleAtMs: number, closedAtMs = cycleAtMs + 5) =>
      cycles.close(cycleAtMs, { closedAtMs, nodesPresent: 1, missing: [] }, 0);
    const closed = async (): Promise<number> => {
      const cycleAtMs = await start();
      await closeAt(cycleAtMs);
      return cycleAtMs;
    };
    const waiting = async (position: number, limit = 100) =>
      (await records.pending(position, limit)).map(({ cycleAtMs }) => cycleAtMs);

    it('begins a new sink behind the newest closing, and leaves one that was begun where it is', async () => {
      await closed();
      const name = newName();
      const state = await records.begin(name, T0);
      expect(state).toEqual({
        name,
        position: state.position,
        begunAtMs: T0,
        writtenCycles: 0,
        writtenPoints: 0,
        refusedPoints: 0,
        droppedCycles: 0,
        failures: 0,
        failuresInRow: 0,
      });
      const next = await closed();
      expect(await records.begin(name, T0 + 1)).toEqual(state);
      expect(await waiting(state.position)).toEqual([next]);
    });

    it('gives closed cycles in the order in which they were closed, whatever their instants, and no more than asked', async () => {
      const { position } = await records.begin(newName(), T0);
      const [first, second, open] = [await start(), await start(), await start()];
      await closeAt(second, first - 7 * MINUTE);
      await closeAt(first);
      expect(await waiting(position)).toEqual([second, first]);
      expect(await waiting(position, 1)).toEqual([second]);
      await closeAt(open);
      expect(await waiting(position)).toEqual([second, first, open]);
    });

    it('gives a cycle that is closed again once more, with its newest closing alone', async () => {
      const { position } = await records.begin(newName(), T0);
      const [first, second] = [await closed(), await closed()];
      const before = await records.pending(position, 9);
      await closeAt(first, first + 99);
      const after = await records.pending(position, 9);
      expect(after.map(({ cycleAtMs }) => cycleAtMs)).toEqual([second, first]);
      expect(after[1]).toEqual({
        closing: after[1]?.closing,
        cycleAtMs: first,
        closedAtMs: first + 99,
        nodesPresent: 1,
      });
      expect(await waiting(before[1]?.closing ?? 0)).toEqual([first]);
    });

    it('shows no closing before one with a lower number, however many close at once', async () => {
      const { position } = await records.begin(newName(), T0);
      const all: number[] = [];
      for (let count = 0; count < 12; count += 1) all.push(await start());
      const seen: number[][] = [];
      const closing = Promise.all(all.map((cycleAtMs) => closeAt(cycleAtMs)));
      for (let looks = 0; looks < 6; looks += 1)
        seen.push((await records.pending(position, 99)).map((cycle) => cycle.closing));
      await closing;
      const final = (await records.pending(position, 99)).map((cycle) => cycle.closing);
      expect(final).toHaveLength(12);
      for (const look of seen) expect(look).toEqual(final.slice(0, look.length));
    });

    it('tells what waits: how many, the oldest, the newest', async () => {
      const { position } = await records.begin(newName(), T0);
      expect(await records.backlog(position)).toEqual({ cycles: 0 });
      const [first, , last] = [await closed(), await closed(), await closed()];
      expect(await records.backlog(position)).toMatchObject({
        cycles: 3,
        oldest: { cycleAtMs: first, closedAtMs: first + 5, nodesPresent: 1 },
        newest: { cycleAtMs: last },
      });
    });

    it('moves a position over what was written, counts it, and ends a row of failures', async () => {
      const name = newName();
      const { position } = await records.begin(name, T0);
      const at = await closed();
      const [cycle] = await records.pending(position, 1);
      if (!cycle) throw new Error('no cycle waits');
      await records.failed(name, 'it is away', T0 + 1);
      await records.failed(name, 'it is still away', T0 + 2);
      const failing = {
        failures: 2,
        failuresInRow: 2,
        failingSinceMs: T0 + 1,
        lastFailureAtMs: T0 + 2,
        lastFailure: 'it is still away',
      };
      expect(await records.find([name])).toMatchObject([{ ...failing, position }]);
      expect(await records.written(name, position, cycle, { points: 7, refusedPoints: 2 }, T0 + 3)).toBe(true);
      const [state] = await records.find([name]);
      expect(state).toMatchObject({ position: cycle.closing, writtenCycles: 1, writtenPoints: 7, refusedPoints: 2 });
      expect(state).toMatchObject({ lastCycleAtMs: at, lastSuccessAtMs: T0 + 3, failures: 2, failuresInRow: 0 });
      expect(state?.failingSinceMs).toBeUndefined();
      await records.failed(name, 'again', T0 + 9);
      expect(await records.find([name])).toMatchObject([{ failures: 3, failuresInRow: 1, failingSinceMs: T0 + 9 }]);
    });

    it('moves a position only from where its mover saw it', async () => {
      const name = newName();
      const { position } = await records.begin(name, T0);
      await closed();
      const [cycle] = await records.pending(position, 1);
      if (!cycle) throw new Error('no cycle waits');
      const moves = await Promise.all(
        [1, 2, 3].map(() => records.written(name, position, cycle, { points: 5, refusedPoints: 0 }, T0)),
      );
      expect(moves.filter(Boolean)).toHaveLength(1);
      expect(await records.dropped(name, position, cycle.closing, 1)).toBe(false);
      expect(await records.find([name])).toMatchObject([{ writtenCycles: 1, writtenPoints: 5, droppedCycles: 0 }]);
      expect(await records.written('unknown', 0, cycle, nothing, T0)).toBe(false);
    });

    it('counts what is given up', async () => {
      const name = newName();
      const { position } = await records.begin(name, T0);
      await closed();
      await closed();
      const last = (await records.pending(position, 9)).at(-1);
      expect(await records.dropped(name, position, last?.closing ?? 0, 2)).toBe(true);
      const [state] = await records.find([name]);
      expect(state).toMatchObject({ position: last?.closing, droppedCycles: 2, writtenCycles: 0 });
      expect(await waiting(state?.position ?? 0)).toEqual([]);
    });

    it('lets one holder copy to a sink at a time, until it gives that back or its time is over, and another one to another sink', async () => {
      const [one, two] = [newName(), newName()];
      expect(await records.hold(one, 'a', T0, T0 + 100)).toBe(false);
      await records.begin(one, T0);
      await records.begin(two, T0);
      expect(await records.hold(one, 'a', T0, T0 + 100)).toBe(true);
      expect(await records.hold(one, 'b', T0 + 99, T0 + 200)).toBe(false);
      expect(await records.hold(two, 'b', T0 + 99, T0 + 200)).toBe(true);
      expect(await records.hold(one, 'a', T0 + 99, T0 + 300)).toBe(true);
      expect(await records.hold(one, 'b', T0 + 300, T0 + 400)).toBe(true);
      expect(await records.hold(one, 'a', T0 + 301, T0 + 400)).toBe(false);
      await records.hold(one, 'b', T0 + 301, T0 + 301);
      const both = await Promise.all(['a', 'c'].map((holder) => records.hold(one, holder, T0 + 302, T0 + 500)));
      expect(both.filter(Boolean)).toHaveLength(1);
    });

    it('finds the sinks that are asked for, by name', async () => {
      const [one, two] = [newName(), newName()];
      await records.begin(two, T0);
      await records.begin(one, T0);
      expect((await records.find([two, 'unknown', one])).map(({ name }) => name)).toEqual([one, two].sort());
      expect(await records.find([])).toEqual([]);
    });
  });
}
