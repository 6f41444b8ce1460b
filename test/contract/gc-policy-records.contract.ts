import { beforeAll, describe, expect, it } from '@jest/globals';
import type { GcPolicyRecords } from '../../src/gc/policies/gc-policy-records.port.js';

const T0 = Date.UTC(2026, 0, 2);

/** What every database promises of policies. */
export function describeGcPolicyRecords(engine: string, open: () => Promise<GcPolicyRecords>): void {
  describe(`policies of garbage collection on ${engine}`, () => {
    let records: GcPolicyRecords;
    beforeAll(async () => {
      records = await open();
    });
    const write = (name: string, body: object, by = 'ann', atMs = T0) => ({ name, body, by, atMs });

    it('keeps what is written, and who wrote it when', async () => {
      const made = await records.insert(write('nightly', { a: [1, 'two'] }));
      expect(made).toEqual({
        name: 'nightly',
        version: made?.version,
        body: { a: [1, 'two'] },
        createdBy: 'ann',
        createdAtMs: T0,
        updatedBy: 'ann',
        updatedAtMs: T0,
      });
      expect(await records.find('nightly')).toEqual(made);
      expect(await records.insert(write('nightly', {}))).toBeUndefined();
      expect(await records.find('nightly')).toEqual(made);
    });

    it('changes the version alone that is meant, and gives another one each time', async () => {
      const made = await records.insert(write('edited', { n: 1 }));
      const changed = await records.update(write('edited', { n: 2 }, 'ben', T0 + 5), made?.version);
      expect(changed).toMatchObject({ body: { n: 2 }, createdBy: 'ann', updatedBy: 'ben', updatedAtMs: T0 + 5 });
      expect(changed?.version).toBeGreaterThan(made?.version ?? 0);
      expect(await records.update(write('edited', { n: 3 }), made?.version)).toBeUndefined();
      expect(await records.update(write('edited', { n: 4 }))).toMatchObject({ body: { n: 4 } });
      expect(await records.update(write('absent', {}))).toBeUndefined();
    });

    it('never gives a version twice, also not to one of the same name that is made anew', async () => {
      const first = await records.insert(write('again', {}));
      expect(await records.remove('again', (first?.version ?? 0) + 1)).toBe(false);
      expect(await records.remove('again', first?.version)).toBe(true);
      expect(await records.remove('again')).toBe(false);
      const second = await records.insert(write('again', {}));
      expect(second?.version).toBeGreaterThan(first?.version ?? 0);
    });

    it('lists by name', async () => {
      for (const name of ['order-b', 'order-a', 'order-c']) await records.insert(write(name, {}));
      const names = (await records.list()).map(({ name }) => name);
      expect(names).toEqual([...names].sort());
      expect(names).toEqual(expect.arrayContaining(['order-a', 'order-b', 'order-c']));
    });
  });
}
