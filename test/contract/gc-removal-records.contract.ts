import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { GcRemoval, GcRemovalFilter, GcRemovalRecords } from '../../src/gc/removals/gc-removal-records.port.js';

const T0 = Date.UTC(2026, 0, 2);
const RUN = randomUUID();

const aRemoval = (item: string, more: Partial<GcRemoval> = {}): GcRemoval => ({
  run: RUN,
  node: 'node-1',
  item,
  result: 'removed',
  kind: 'image',
  name: `registry.example/shop/${item}:1`,
  policy: 'nightly',
  startedBy: 'ann',
  atMs: T0,
  rule: 'old-images',
  because: 'unused for 40 days',
  resultBecause: 'removed',
  sizeBytes: 6_000_000_000,
  estimatedBytes: 5_000_000_000,
  freedBytes: 4_000_000_000,
  ...more,
});

/** What every database promises of the audit of removals. */
export function describeGcRemovalRecords(engine: string, open: () => Promise<GcRemovalRecords>): void {
  describe(`removals of garbage collection on ${engine}`, () => {
    let records: GcRemovalRecords;
    beforeAll(async () => {
      records = await open();
    });
    const items = async (filter: GcRemovalFilter) => (await records.list(filter, 100)).map(({ item }) => item);

    it('keeps a removal as it is told', async () => {
      const told = aRemoval('whole');
      expect(await records.add([told])).toBe(1);
      const [row] = await records.list({ search: 'WHOLE' }, 10);
      expect(row).toEqual({ ...told, sequence: row?.sequence });
    });

    it('takes an item of a run once for each result, and never changes what is there', async () => {
      const failed = aRemoval('twice', { result: 'failed', resultBecause: 'the runtime refused' });
      expect(await records.add([failed])).toBe(1);
      expect(await records.add([{ ...failed, resultBecause: 'another' }, aRemoval('twice')])).toBe(1);
      expect((await records.list({ search: 'twice' }, 10)).map(({ resultBecause }) => resultBecause)).toEqual([
        'removed',
        'the runtime refused',
      ]);
    });

    it.each<[string, GcRemovalFilter, string[]]>([
      ['node', { node: 'node-2' }, ['of-node']],
      ['run', { run: '00000000-0000-4000-8000-000000000001' }, ['of-run']],
      ['policy', { policy: 'weekly' }, ['of-policy']],
      ['result', { result: 'unknown' }, ['of-result']],
      ['name', { search: 'SHOP/OF-NAME%' }, []],
      ['time', { fromMs: T0 + 10, toMs: T0 + 20 }, ['of-time']],
    ])('finds by %s', async (_, filter, expected) => {
      await records.add([
        aRemoval('of-node', { node: 'node-2' }),
        aRemoval('of-run', { run: '00000000-0000-4000-8000-000000000001' }),
        aRemoval('of-policy', { policy: 'weekly' }),
        aRemoval('of-result', { result: 'unknown' }),
        aRemoval('of-name'),
        aRemoval('of-time', { atMs: T0 + 10 }),
        aRemoval('after-time', { atMs: T0 + 20 }),
      ]);
      expect(await items(filter)).toEqual(expected);
    });

    it('lists newest first in pages, and forgets the oldest', async () => {
      const run = randomUUID();
      const rows = [3, 1, 2, 2].map((atMs, index) => aRemoval(`page-${String(index)}`, { run, atMs }));
      await records.add(rows);
      const first = await records.list({ run }, 2);
      const last = first.at(-1);
      if (!last) throw new Error('no page');
      const second = await records.list({ run }, 2, last);
      expect([...first, ...second].map(({ item }) => item)).toEqual(['page-0', 'page-3', 'page-2', 'page-1']);
      expect(await records.trim(2, 100)).toBe(1);
      expect(await items({ run })).toEqual(['page-0', 'page-3', 'page-2']);
    });
  });
}
