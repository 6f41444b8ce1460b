import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type FetchedStackRecord,
  type FetchedStackRecords,
} from '../../src/stacks/fetched/fetched-stack-records.port.js';

/** So many may be there. */
const MOST = 5;
const T0 = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const stack = (name: string, digit = 'a'): FetchedStackRecord => ({
  name,
  source: `https://example.com/${name}.tgz`,
  digest: `sha256:${digit.repeat(64)}`,
  addedBy: 'ann',
  addedAtMs: T0,
});

/** Records of fetched stacks that a suite has opened. */
export interface OpenFetchedStackRecords {
  readonly records: FetchedStackRecords;
  close(): Promise<void>;
}

/** What every database promises of stacks that were fetched. */
export function describeFetchedStackRecords(engine: string, open: () => Promise<OpenFetchedStackRecords>): void {
  describe(`fetched stacks on ${engine}`, () => {
    let opened: OpenFetchedStackRecords;
    let records: FetchedStackRecords;
    beforeAll(async () => {
      opened = await open();
      ({ records } = opened);
    }, 60_000);
    beforeEach(async () => {
      for (const { name } of await records.list()) await records.remove(name);
    });
    afterAll(() => opened.close());

    it('are listed by name, and have their archives byte for byte', async () => {
      const archive = Buffer.concat([Buffer.from([0, 0xff, 0x1f, 0x8b]), randomBytes(100_000)]);
      expect(await records.put(stack('b'), archive, MOST)).toBe('added');
      expect(await records.put(stack('a'), Buffer.from('other'), MOST)).toBe('added');
      expect(await records.list()).toEqual([stack('a'), stack('b')]);
      expect(await records.archive('b', stack('b').digest)).toEqual(archive);
    });

    it('are replaced whole, and what was before is there no more', async () => {
      await records.put(stack('a'), Buffer.from('old'), MOST);
      const next = { ...stack('a', 'b'), source: 'oci://registry.example/a', addedBy: 'bob', addedAtMs: T0 + 1 };
      expect(await records.put(next, Buffer.from('new'), MOST)).toBe('replaced');
      expect(await records.list()).toEqual([next]);
      expect(await records.archive('a', next.digest)).toEqual(Buffer.from('new'));
      expect(await records.archive('a', stack('a').digest)).toBeUndefined();
    });

    it('go when they are removed', async () => {
      await records.put(stack('a'), Buffer.from('x'), MOST);
      expect(await records.remove('a')).toBe(true);
      expect(await records.remove('a')).toBe(false);
      expect(await records.archive('a', stack('a').digest)).toBeUndefined();
    });

    it('are no more than there may be, however many come at once', async () => {
      const names = Array.from({ length: MOST + 3 }, (_, index) => `s${index}`);
      const done = await Promise.all(names.map((name) => records.put(stack(name), Buffer.from(name), MOST)));
      expect(done.filter((outcome) => outcome === 'full')).toHaveLength(3);
      expect(await records.list()).toHaveLength(MOST);
      const [{ name } = { name: '' }] = await records.list();
      expect(await records.put(stack(name, 'b'), Buffer.from('x'), MOST)).toBe('replaced');
    });
  });
}
