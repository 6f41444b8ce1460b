import { beforeAll, describe, expect, it } from '@jest/globals';
import type { EventWriter } from '../../src/events/event-store.port.js';
import type { EventSinkRecords } from '../../src/events/sinks/event-sink-records.port.js';
import { anEvent } from '../../src/events/core/testdata/an-event.js';

const T0 = Date.UTC(2026, 0, 2);

/** What every database promises of where sinks of events stand. */
export function describeEventSinkRecords(
  engine: string,
  open: () => Promise<{ readonly records: EventSinkRecords; readonly writer: EventWriter }>,
): void {
  describe(`where sinks of events stand, on ${engine}`, () => {
    let at: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      at = await open();
    });

    it('begins behind the newest event, once', async () => {
      const { position } = await at.records.begin('new', T0);
      await at.writer.write([anEvent('sink-records')]);
      expect(await at.records.begin('new', T0 + 1)).toMatchObject({ position, begunAtMs: T0, writtenEvents: 0 });
      expect((await at.records.begin('newer', T0)).position).toBe(position + 1);
    });

    it('moves only from where its mover saw it, and counts what was written', async () => {
      const { position } = await at.records.begin('moved', T0);
      const written = { events: 3, refusedEvents: 1 };
      expect(await at.records.written('moved', position, position + 5, written, T0 + 1)).toBe(true);
      expect(await at.records.written('moved', position, position + 5, written, T0 + 2)).toBe(false);
      expect(await at.records.begin('moved', T0)).toMatchObject({
        position: position + 5,
        writtenEvents: 3,
        refusedEvents: 1,
        lastSuccessAtMs: T0 + 1,
      });
    });

    it('counts failures until a success', async () => {
      const { position } = await at.records.begin('failing', T0);
      await at.records.failed('failing', 'away', T0 + 1);
      await at.records.failed('failing', 'still away', T0 + 2);
      expect(await at.records.begin('failing', T0)).toMatchObject({
        failures: 2,
        failuresInRow: 2,
        failingSinceMs: T0 + 1,
        lastFailureAtMs: T0 + 2,
        lastFailure: 'still away',
      });
      await at.records.written('failing', position, position + 1, { events: 1, refusedEvents: 0 }, T0 + 3);
      const { failuresInRow, failingSinceMs, failures } = await at.records.begin('failing', T0);
      expect([failuresInRow, failingSinceMs, failures]).toEqual([0, undefined, 2]);
    });
  });
}
