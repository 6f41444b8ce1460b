import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ImageLedgerRecords, NamedLedgerRow, NodeLedger } from '../../src/gc/ledger/image-ledger-records.port.js';

const T0 = Date.UTC(2026, 0, 2);
const aRow = (imageId: string): NamedLedgerRow => ({
  imageId,
  firstSeenAtMs: T0,
  lastUsedAtMs: T0 + 1,
  timesUsed: 3,
  sizeBytes: 6_000_000_000,
  uniqueBytes: 5_000_000_000,
  pinned: false,
  repoTags: ['registry.example/shop/web:1'],
  repoDigests: [],
  lastStart: { atMs: T0 + 1, containers: ['c1'] },
});
const aLedger = (...ids: string[]): NodeLedger => ({ sinceMs: T0, receivedAtMs: T0 + 2, rows: ids.map(aRow) });

/** What every database promises of the image ledger. */
export function describeImageLedgerRecords(engine: string, open: () => Promise<ImageLedgerRecords>): void {
  describe(`the image ledger on ${engine}`, () => {
    let records: ImageLedgerRecords;
    beforeAll(async () => {
      records = await open();
    });

    it('keeps a document a node', async () => {
      await records.update('node-1', T0, () => aLedger('sha256:a', 'sha256:b'));
      await records.update('node-2', T0, () => aLedger());
      const found = await records.read(['node-1', 'node-2', 'node-3']);
      expect(Object.fromEntries(found)).toEqual({ 'node-1': aLedger('sha256:a', 'sha256:b'), 'node-2': aLedger() });
      expect(await records.read([])).toEqual(new Map());
    });

    it('loses no change of those that are made at once', async () => {
      const adders = Array.from({ length: 12 }, (_, index) =>
        records.update('busy', T0, (ledger) => ({
          ...aLedger(),
          rows: [...(ledger?.rows ?? []), aRow(`sha256:${String(index)}`)],
        })),
      );
      await Promise.all(adders);
      expect((await records.read(['busy'])).get('busy')?.rows).toHaveLength(12);
    });

    it('writes nothing when nothing changes, and nothing of a change that fails', async () => {
      await records.update('still', T0, () => aLedger('sha256:a'));
      await records.update('still', T0 + 50, (ledger) => ledger);
      await records.update('never', T0, () => undefined);
      await expect(
        records.update('still', T0, () => {
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await records.read(['still', 'never'])).toEqual(new Map([['still', aLedger('sha256:a')]]));
      expect(await records.trim(T0 + 1, 0)).toBe(0);
    });

    it('forgets nodes that have not changed for long', async () => {
      await records.update('gone', 1_000, () => aLedger());
      await records.update('old', 2_000, () => aLedger());
      expect(await records.trim(2_000, 10)).toBe(1);
      expect([...(await records.read(['gone', 'old'])).keys()]).toEqual(['old']);
    });
  });
}
