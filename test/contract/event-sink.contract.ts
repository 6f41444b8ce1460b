import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventSink, EventSinkAwayError } from '../../src/events/sinks/event-sink.port.js';
import { BreakableWay } from '../support/breakable-way.js';
import { eventually } from '../support/eventually.js';
import { anEvent, EVENTS_AT_MS as T0 } from '../../src/events/core/testdata/an-event.js';

/** What stands in a sink. */
export interface SunkEvent {
  readonly atMs: number;
  readonly uid: string;
  readonly note: string;
}

export interface OpenEventSink {
  readonly url: string;
  /** A sink, by that way to the server, to a place of its own that holds nothing, and what stands there. */
  fresh(url: string): Promise<{ readonly sink: EventSink; readonly events: () => Promise<readonly SunkEvent[]> }>;
  stop(): Promise<void>;
}

/** What every sink of events promises. */
export function describeEventSink(engine: string, open: () => Promise<OpenEventSink>): void {
  describe(`events copied to ${engine}`, () => {
    let at: OpenEventSink;
    beforeAll(async () => {
      at = await open();
    });
    afterAll(() => at?.stop());

    it('stand there with what they tell, whatever signs are in it', async () => {
      const { sink, events } = await at.fresh(at.url);
      const note = 'a "b" \\ c, d=e\n2nd line é \u202e';
      expect(await sink.write([anEvent('1', { note }), anEvent('2')])).toEqual({ events: 2, refusedEvents: 0 });
      expect(await events()).toEqual([
        { atMs: T0, uid: '1', note },
        { atMs: T0, uid: '2', note: anEvent('2').note },
      ]);
    });

    it('stand there once when they are written again as they were, and beside it when they have occurred again', async () => {
      const { sink, events } = await at.fresh(at.url);
      const first = anEvent('1', { count: 1 });
      const again = { ...first, lastAtMs: T0 + 60_000, count: 2 };
      await sink.write([first]);
      await sink.write([first, again]);
      expect((await events()).map(({ atMs }) => atMs)).toEqual([T0, T0 + 60_000]);
    });

    it('are not taken while it is away, which is told without its address, and are taken when it is back', async () => {
      const way = await BreakableWay.to(at.url);
      const { sink, events } = await at.fresh(way.url);
      const writing = async (uid: string): Promise<unknown> =>
        sink.write([anEvent(uid)]).catch((error: unknown) => error);
      way.setBroken(true);
      const refusals = [await writing('1')];
      way.setBroken(false);
      await eventually('it is taken', async () => !((await writing('1')) instanceof EventSinkAwayError));
      way.setBroken(true);
      refusals.push(await writing('2'));
      for (const refusal of refusals) {
        expect(refusal).toBeInstanceOf(EventSinkAwayError);
        expect(String(refusal)).not.toContain(new URL(way.url).port);
      }
      await way.close();
      expect((await events()).map(({ uid }) => uid)).toEqual(['1']);
    });
  });
}
