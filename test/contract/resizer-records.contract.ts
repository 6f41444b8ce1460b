import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  KEPT_DECISIONS,
  type NewResizeDecision,
  type ResizerChange,
  type ResizerRecords,
} from '../../src/stacks/resizers/resizer-records.port.js';

const T0 = Date.UTC(2026, 0, 2);
const change = (name: string, target = name, more: Partial<ResizerChange> = {}): ResizerChange => ({
  name,
  target: { kind: 'Deployment', namespace: 'shop', name: target },
  body: { mode: 'recommend' },
  by: 'ann',
  atMs: T0,
  ...more,
});
const decision = (because: string): NewResizeDecision => ({
  atMs: T0,
  outcome: 'recommended',
  because,
  details: { n: 3, target: { requests: { cpu: '2m' } } },
});

/** Resizers that a suite has opened. */
export interface OpenResizerRecords {
  readonly records: ResizerRecords;
  close(): Promise<void>;
}

/** What every database promises of resizers. */
export function describeResizerRecords(engine: string, open: () => Promise<OpenResizerRecords>): void {
  describe(`resizers on ${engine}`, () => {
    let opened: OpenResizerRecords;
    let records: ResizerRecords;
    beforeAll(async () => {
      opened = await open();
      ({ records } = opened);
    }, 60_000);
    afterAll(() => opened.close());

    it('are kept as they were given', async () => {
      const made = await records.insert(change('kept'));
      expect(made).toEqual({
        name: 'kept',
        version: expect.any(Number),
        target: { kind: 'Deployment', namespace: 'shop', name: 'kept' },
        body: { mode: 'recommend' },
        createdBy: 'ann',
        createdAtMs: T0,
        updatedBy: 'ann',
        updatedAtMs: T0,
      });
      expect(await records.find('kept')).toEqual(made);
      expect(await records.find('none')).toBeUndefined();
    });

    it('have a name and a target that no other one has', async () => {
      await records.insert(change('first'));
      expect(await records.insert(change('first', 'other'))).toBe('name');
      expect(await records.insert(change('second', 'first'))).toBe('target');
      const elsewhere = { kind: 'StatefulSet', namespace: 'shop', name: 'first' } as const;
      expect(await records.insert(change('third', 'first', { target: elsewhere }))).toMatchObject({ name: 'third' });
      expect(await records.update(change('third', 'first'))).toBe('target');
      expect(await records.find('third')).toMatchObject({ target: elsewhere });
    });

    it('are changed and removed as they were read', async () => {
      const made = await records.insert(change('changed'));
      if (typeof made === 'string') throw new Error(made);
      const later = change('changed', 'changed', { body: { mode: 'apply' }, by: 'bob', atMs: T0 + 1 });
      const changed = await records.update(later, made.version);
      expect(changed).toMatchObject({ body: { mode: 'apply' }, createdBy: 'ann', updatedBy: 'bob' });
      expect(await records.update(later, made.version)).toBeUndefined();
      expect(await records.update(change('none'))).toBeUndefined();
      expect(await records.remove('changed', made.version)).toBe(false);
      expect(await records.remove('changed')).toBe(true);
      expect(await records.remove('changed')).toBe(false);
    });

    it('are listed by name, those of some namespaces alone, page after page', async () => {
      for (const name of ['list-b', 'list-a', 'list-C']) {
        const target = { kind: 'DaemonSet', namespace: name, name } as const;
        await records.insert(change(name, name, { target }));
      }
      const namespaces = ['list-b', 'list-a', 'list-C'];
      const names = async (limit: number, after?: string) =>
        (await records.list({ namespaces }, limit, after)).map(({ name }) => name);
      expect(await names(2)).toEqual(['list-C', 'list-a']);
      expect(await names(2, 'list-a')).toEqual(['list-b']);
      expect(await records.list({ namespaces: [] }, 9)).toEqual([]);
    });

    it('are held by one at a time, until they are given back or the time is over', async () => {
      await records.insert(change('held'));
      const [one, two] = [randomUUID(), randomUUID()];
      const both = await Promise.all([one, two].map((by) => records.hold('held', by, T0, T0 + 1000)));
      expect(both.filter((got) => got !== undefined)).toHaveLength(1);
      const [winner, loser] = both[0] ? [one, two] : [two, one];
      await records.release('held', loser, decision('not its own'));
      expect(await records.decisions('held', 9)).toEqual([]);
      expect(await records.hold('held', loser, T0 + 999, T0 + 2000)).toBeUndefined();
      expect(await records.hold('held', winner, T0 + 999, T0 + 1500)).toMatchObject({ name: 'held' });
      expect(await records.hold('held', loser, T0 + 1500, T0 + 3000)).toMatchObject({ name: 'held' });
      await records.release('held', loser, undefined);
      expect(await records.hold('held', winner, T0, T0 + 1)).toMatchObject({ name: 'held' });
      expect(await records.hold('none', winner, T0, T0 + 1)).toBeUndefined();
    });

    it('have their newest decisions, page after page, and take them with them', async () => {
      await records.insert(change('decided'));
      const by = randomUUID();
      for (let index = 0; index < KEPT_DECISIONS + 3; index += 1) {
        await records.hold('decided', by, T0, T0 + 1000);
        await records.release('decided', by, decision(`decision ${index}`));
      }
      const all = await records.decisions('decided', 1000);
      expect(all).toHaveLength(KEPT_DECISIONS);
      expect(all[0]).toEqual({ id: expect.any(Number), ...decision(`decision ${KEPT_DECISIONS + 2}`) });
      expect(await records.decisions('decided', 2, all[1]?.id)).toEqual(all.slice(2, 4));
      await records.remove('decided');
      await records.insert(change('decided'));
      expect(await records.decisions('decided', 9)).toEqual([]);
    });
  });
}
