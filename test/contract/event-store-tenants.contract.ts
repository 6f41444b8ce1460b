import { beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { EventFilter } from '../../src/events/core/event-filter.js';
import type { KubernetesEvent } from '../../src/events/core/kubernetes-event.js';
import type { EventReader } from '../../src/events/event-store.port.js';
import { anEvent, EVENTS_AT_MS as T0 } from '../../src/events/core/testdata/an-event.js';
import type { OpenEventStore } from './event-store.contract.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TENANTS = ['tenant-a', 'tenant-b', 'tenant-c'];

/** What every store promises of events of several tenants. */
export function describeEventStoreTenants(engine: string, open: () => Promise<OpenEventStore>): void {
  describe(`events of tenants on ${engine}`, () => {
    let store: OpenEventStore;
    let reader: EventReader;
    beforeAll(async () => {
      store = await open();
      reader = store.reader(100_000);
    });

    it('shows a caller its namespaces alone, in every answer, whatever is asked', async () => {
      const all = Array.from({ length: 60 }, (_, index) => ofTenants(index));
      await store.writer.write(all);
      const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
      const filters = fc.record({
        namespace: maybe(...TENANTS),
        name: maybe('web-0', 'web-1', 'node-1'),
        node: maybe('node-1'),
        workload: maybe('Deployment/0', 'Deployment/1'),
        kind: maybe('Pod', 'Node'),
        reasons: maybe(['BackOff'], ['BackOff', 'Killing']),
        search: maybe('image', 'nothing'),
      });
      const ask = async (asked: object, visible: string[]): Promise<void> => {
        const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
        const filter: EventFilter = { ...given, visibleNamespaces: visible };
        const span = { fromMs: T0, toMs: T0 + 2 * HOUR };
        const expected = all.filter((event) => isShown(event, filter)).map(({ uid }) => uid);
        const { rows } = await reader.search({ filter, span, order: 'oldest', limit: 100 });
        expect(rows.map(({ event }) => event.uid)).toEqual(expected);
        const { counts } = await reader.histogram({ filter, span, stepMs: 2 * HOUR });
        expect(counts.reduce((sum, { events }) => sum + events, 0)).toBe(expected.length);
        const { facets } = await reader.facets({ filter, span, keys: ['namespace'], maxValues: 9 });
        expect((facets[0]?.values ?? []).reduce((sum, { events }) => sum + events, 0)).toBe(expected.length);
        const changed = await reader.changes({ filter, after: 0, limit: 100 });
        expect(changed.rows).toHaveLength(expected.length);
      };
      await fc.assert(fc.asyncProperty(filters, fc.subarray(TENANTS), ask), { numRuns: 250 });
    });
  });
}

/** The events of three tenants, and every fourth of a node. */
function ofTenants(index: number): KubernetesEvent {
  const namespace = TENANTS[index % 4];
  return {
    ...anEvent(`tenants-${String(index)}`, {
      node: 'node-1',
      reason: index % 2 === 0 ? 'BackOff' : 'Killing',
      workload: `Deployment/${String(index % 3)}`,
      lastAtMs: T0 + index * MINUTE,
    }),
    regarding:
      namespace === undefined
        ? { kind: 'Node', name: 'node-1' }
        : { kind: 'Pod', namespace, name: `web-${String(index % 5)}` },
  };
}

/** What a filter means, said once more. */
function isShown({ regarding, ...event }: KubernetesEvent, filter: EventFilter): boolean {
  const { visibleNamespaces, namespace, name, kind, workload, node, reasons, search } = filter;
  const is = (asked: string | undefined, value: string | undefined) => asked === undefined || asked === value;
  return (
    (visibleNamespaces?.includes(regarding.namespace ?? '') ?? true) &&
    is(namespace, regarding.namespace) &&
    is(name, regarding.name) &&
    is(kind, regarding.kind) &&
    is(workload, event.workload) &&
    is(node, event.node) &&
    (reasons?.includes(event.reason) ?? true) &&
    (search === undefined || event.note.includes(search))
  );
}
