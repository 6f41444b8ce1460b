import { beforeAll, describe, expect, it } from '@jest/globals';
import type { EventFilter } from '../../src/events/core/event-filter.js';
import type { KubernetesEvent } from '../../src/events/core/kubernetes-event.js';
import type { EventReader, EventSpan, EventWriter } from '../../src/events/event-store.port.js';
import { anEvent, EVENTS_AT_MS as T0 } from '../../src/events/core/testdata/an-event.js';

export interface OpenEventStore {
  readonly writer: EventWriter;
  /** Reads at most so many rows for one answer. */
  readonly reader: (maxRows: number) => EventReader;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MANY = 100_000;

/** What every store promises of events. */
export function describeEventStore(engine: string, open: () => Promise<OpenEventStore>): void {
  describe(`events on ${engine}`, () => {
    let store: OpenEventStore;
    let reader: EventReader;
    let tests = 0;
    beforeAll(async () => {
      store = await open();
      reader = store.reader(MANY);
    });

    /** A namespace of the test's own, and what it writes and reads there. */
    function here() {
      const namespace = `test-${String((tests += 1))}`;
      return {
        namespace,
        event: (uid: string, parts: Parameters<typeof anEvent>[1] = {}): KubernetesEvent =>
          anEvent(`${namespace}-${uid}`, { namespace, ...parts, regarding: { namespace, ...parts.regarding } }),
        found: async (filter: EventFilter = {}, span: EventSpan = {}) => {
          const { rows } = await reader.search({
            filter: { namespace, ...filter },
            span,
            order: 'newest',
            limit: 100,
          });
          return rows.map(({ event }) => event);
        },
        uids: (events: readonly KubernetesEvent[]) => events.map(({ uid }) => uid.replace(`${namespace}-`, '')),
      };
    }

    it('keeps an event as it is told', async () => {
      const { event, found } = here();
      const whole = event('whole', {
        action: 'Pulling',
        related: { kind: 'Node', name: 'node-1' },
        reportingInstance: 'node-1',
        count: 3,
        isSeries: true,
        node: 'node-1',
        workload: 'Deployment/web',
        regarding: { fieldPath: 'spec.containers{web}' },
        note: 'it\'s "50 %" \\ done\n\u202e',
      });
      expect(await store.writer.write([whole])).toEqual({ added: 1, changed: 0 });
      expect(await found()).toEqual([whole]);
    });

    it('keeps one row of an event, whose count grows and never goes back, in whatever order it is told', async () => {
      const { event, found } = here();
      const told = [1, 2, 3].map((count) => event('one', { firstAtMs: T0, lastAtMs: T0 + count * MINUTE, count }));
      const [first, second, third] = told as [KubernetesEvent, KubernetesEvent, KubernetesEvent];
      expect(await store.writer.write([first])).toEqual({ added: 1, changed: 0 });
      expect(await store.writer.write([third, second, first])).toEqual({ added: 0, changed: 1 });
      expect(await store.writer.write(told)).toEqual({ added: 0, changed: 0 });
      expect(await found()).toEqual([third]);
    });

    it('goes on with the row of an event that comes back under another uid', async () => {
      const { event, found } = here();
      const before = event('before', { name: 'web-1.17', firstAtMs: T0, lastAtMs: T0, count: 40 });
      await store.writer.write([before]);
      const after = { ...before, uid: event('after').uid, lastAtMs: T0 + 2 * HOUR, count: 41 };
      expect(await store.writer.write([after])).toEqual({ added: 0, changed: 1 });
      expect(await store.writer.write([{ ...after, count: 42 }])).toEqual({ added: 0, changed: 1 });
      expect(await found()).toEqual([{ ...after, count: 42 }]);
    });

    it('loses and doubles nothing when two write at once', async () => {
      const { event, found, namespace } = here();
      const all = Array.from({ length: 60 }, (_, index) => event(String(index), { lastAtMs: T0 + index }));
      const written = await Promise.all([store.writer.write(all.slice(0, 40)), store.writer.write(all.slice(20))]);
      expect(written.reduce((sum, { added }) => sum + added, 0)).toBe(60);
      expect(await found()).toHaveLength(60);
      const { rows } = await reader.changes({ filter: { namespace }, after: 0, limit: 100 });
      expect(new Set(rows.map(({ revision }) => revision)).size).toBe(60);
    });

    it.each<[string, EventFilter, string[]]>([
      ['kind', { kind: 'Deployment' }, ['deployment']],
      ['name', { name: 'web-2' }, ['second']],
      ['kind and name', { kind: 'Pod', name: 'web' }, []],
      ['workload', { workload: 'Deployment/web' }, ['deployment', 'second']],
      ['node', { node: 'node-2' }, ['second']],
      ['type', { types: ['Warning'] }, ['second']],
      ['several reasons', { reasons: ['BackOff', 'ScalingReplicaSet'] }, ['deployment', 'second']],
      ['reporting controller', { reportingControllers: ['deployment-controller'] }, ['deployment']],
      ['text, in any case of letters', { search: 'BACK-OFF 50%' }, ['second']],
      ['text, in which nothing is special', { search: 'Back_off' }, []],
      ['nothing', {}, ['deployment', 'second', 'first']],
    ])('finds by %s', async (_, filter, expected) => {
      const { event, found, uids } = here();
      await store.writer.write([
        event('first', { lastAtMs: T0 + 1 }),
        event('second', {
          lastAtMs: T0 + 2,
          type: 'Warning',
          reason: 'BackOff',
          note: 'Back-off 50% restarting',
          node: 'node-2',
          workload: 'Deployment/web',
          regarding: { name: 'web-2' },
        }),
        event('deployment', {
          lastAtMs: T0 + 3,
          reason: 'ScalingReplicaSet',
          reportingController: 'deployment-controller',
          workload: 'Deployment/web',
          regarding: { kind: 'Deployment', name: 'web' },
        }),
      ]);
      expect(uids(await found(filter))).toEqual(expected);
    });

    it('finds what occurred in a span, also what has occurred again since', async () => {
      const { event, found, uids } = here();
      const often = event('often', { firstAtMs: T0, lastAtMs: T0, count: 1 });
      await store.writer.write([event('before', { lastAtMs: T0 - HOUR }), often, event('rare', { lastAtMs: T0 })]);
      await store.writer.write([{ ...often, lastAtMs: T0 + 5 * HOUR, count: 2 }]);
      await store.writer.write([event('later', { lastAtMs: T0 + 2 * HOUR })]);
      const around = (hours: number) => ({ fromMs: T0 + hours * HOUR - MINUTE, toMs: T0 + hours * HOUR + MINUTE });
      expect(uids(await found({}, around(0)))).toEqual(['often', 'rare']);
      expect(uids(await found({}, around(2)))).toEqual(['later']);
      expect(uids(await found({}, around(5)))).toEqual(['often']);
      expect(uids(await found({}, { toMs: T0 }))).toEqual(['before']);
      expect(uids(await found({}, { fromMs: T0 + MINUTE }))).toEqual(['often', 'later']);
    });

    it.each(['newest', 'oldest'] as const)(
      'pages through all events, %s first, while some occur again',
      async (order) => {
        const { event, namespace, uids } = here();
        const all = Array.from({ length: 25 }, (_, index) => event(String(index), { lastAtMs: T0 + (index >> 1) }));
        await store.writer.write(all);
        const seen: KubernetesEvent[] = [];
        let after: Awaited<ReturnType<EventReader['search']>>['next'];
        do {
          const page = await reader.search({
            filter: { namespace },
            span: {},
            order,
            limit: 7,
            ...(after && { after }),
          });
          seen.push(...page.rows.map((row) => row.event));
          after = page.next;
          await store.writer.write([event(`new-${String(seen.length)}`, { lastAtMs: T0 + HOUR })]);
        } while (after && seen.length < 25);
        const expected = all.map((_, index) => String(index));
        expect(uids(seen).slice(0, 25)).toEqual(order === 'newest' ? expected.toReversed() : expected);
      },
    );

    it('reads no more rows for a page than it may, and says where to go on', async () => {
      const { event, namespace, uids } = here();
      const all = Array.from({ length: 20 }, (_, index) =>
        event(String(index), { lastAtMs: T0 + index, note: index === 3 ? 'the needle' : 'hay' }),
      );
      await store.writer.write(all);
      const bounded = store.reader(8);
      const seen: KubernetesEvent[] = [];
      let pages = 0;
      let after: Awaited<ReturnType<EventReader['search']>>['next'];
      do {
        const filter = { namespace, search: 'needle' };
        const page = await bounded.search({ filter, span: {}, order: 'newest', limit: 5, ...(after && { after }) });
        seen.push(...page.rows.map((row) => row.event));
        after = page.next;
        pages += 1;
      } while (after);
      expect([uids(seen), pages]).toEqual([['3'], 3]);
      const filter = { namespace };
      const span = { fromMs: T0 - HOUR, toMs: T0 + HOUR };
      expect(await bounded.facets({ filter, span, keys: ['type'], maxValues: 5 })).toMatchObject({ isCut: true });
      expect(await reader.facets({ filter, span, keys: ['type'], maxValues: 5 })).toMatchObject({ isCut: false });
    });

    it('counts occurrences over time, each when it was told', async () => {
      const { event, namespace } = here();
      const often = event('often', { reason: 'BackOff', firstAtMs: T0, lastAtMs: T0 + 10 * MINUTE, count: 3 });
      await store.writer.write([often, event('once', { lastAtMs: T0 + 20_000 })]);
      await store.writer.write([{ ...often, lastAtMs: T0 + 65 * MINUTE, count: 10 }]);
      const ask = { filter: { namespace }, span: { fromMs: T0, toMs: T0 + 2 * HOUR }, stepMs: HOUR };
      expect(await reader.histogram(ask)).toEqual({
        isCut: false,
        counts: [
          { fromMs: T0, occurrences: 4, events: 2 },
          { fromMs: T0 + HOUR, occurrences: 7, events: 1 },
        ],
      });
      const byReason = await reader.histogram({ ...ask, by: 'reason', filter: { namespace, types: ['Normal'] } });
      expect(byReason.counts).toEqual([
        { fromMs: T0, value: 'BackOff', occurrences: 3, events: 1 },
        { fromMs: T0, value: 'Pulled', occurrences: 1, events: 1 },
        { fromMs: T0 + HOUR, value: 'BackOff', occurrences: 7, events: 1 },
      ]);
      expect((await reader.histogram({ ...ask, by: 'node' })).counts[0]).toEqual({
        fromMs: T0,
        occurrences: 4,
        events: 2,
      });
    });

    it('counts the values of events, most first', async () => {
      const { event, namespace } = here();
      await store.writer.write([
        event('1', { reason: 'BackOff' }),
        event('2', { reason: 'BackOff', node: 'node-1' }),
        event('3'),
        event('4', { reason: 'Killing' }),
      ]);
      const span = { fromMs: T0 - HOUR };
      const { facets } = await reader.facets({ filter: { namespace }, span, keys: ['reason', 'node'], maxValues: 2 });
      expect(facets).toEqual([
        {
          key: 'reason',
          values: [
            { value: 'BackOff', events: 2 },
            { value: 'Killing', events: 1 },
          ],
        },
        { key: 'node', values: [{ value: 'node-1', events: 1 }] },
      ]);
    });

    it('gives each change after a revision once, in order', async () => {
      const { event, namespace, uids } = here();
      const before = await reader.newest();
      await store.writer.write([event('1'), event('2'), event('3')]);
      await store.writer.write([event('1', { lastAtMs: T0 + MINUTE, count: 2 })]);
      const first = await reader.changes({ filter: { namespace }, after: before, limit: 2 });
      const second = await reader.changes({ filter: { namespace }, after: first.revision, limit: 2 });
      expect(uids([...first.rows, ...second.rows].map((row) => row.event))).toEqual(['2', '3', '1']);
      expect(second.revision).toBe(await reader.newest());
      const none = await reader.changes({ filter: { namespace: 'another' }, after: before, limit: 2 });
      expect(none).toEqual({ rows: [], revision: await reader.newest() });
    });

    it('forgets what last occurred too long ago, and what was counted then', async () => {
      const { event, found, uids, namespace } = here();
      const long = event('long', { firstAtMs: T0 - 3000 * HOUR, lastAtMs: T0, count: 2 });
      await store.writer.write([event('old', { lastAtMs: T0 - 3000 * HOUR }), long, event('new')]);
      expect(await store.writer.trim(T0 - 2000 * HOUR, 1000)).toBe(3);
      expect(uids(await found())).toEqual(['new', 'long']);
      const span = { fromMs: T0 - 4000 * HOUR, toMs: T0 + HOUR };
      const { counts } = await reader.histogram({ filter: { namespace }, span, stepMs: HOUR });
      expect(counts).toEqual([{ fromMs: T0, occurrences: 2, events: 2 }]);
    });
  });
}
