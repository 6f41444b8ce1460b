import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type NewRevision,
  type ReleaseClaim,
  type ReleaseRecords,
} from '../../src/stacks/releases/release-records.port.js';

/** What the suite opens its records with. */
export const KEPT_REVISIONS = 10;

const T0 = Date.UTC(2026, 0, 2);
const claimOf = (work: ReleaseClaim['work'] = 'deploy', atMs = T0): ReleaseClaim => ({ run: randomUUID(), work, atMs });
const revisionOf = (message: string): NewRevision => ({
  stack: 'probe',
  version: '1.0.0',
  parameters: { message },
  objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'probe', namespace: 'shop' }, data: { message } }],
  secrets: [{ parameter: 'password', secret: 'probe', key: 'password', generatedLength: 24 }],
  notes: 'It is there.',
  by: 'ann',
  atMs: T0,
});

/** Releases that a suite has opened. */
export interface OpenReleaseRecords {
  readonly records: ReleaseRecords;
  close(): Promise<void>;
}

/** What every database promises of releases. */
export function describeReleaseRecords(engine: string, open: () => Promise<OpenReleaseRecords>): void {
  describe(`releases on ${engine}`, () => {
    let opened: OpenReleaseRecords;
    let records: ReleaseRecords;
    beforeAll(async () => {
      opened = await open();
      ({ records } = opened);
    });
    afterAll(() => opened.close());

    /** A release that was deployed once and that nobody has. */
    const deployed = async (name: string): Promise<void> => {
      const claim = claimOf();
      await records.create({ name, namespace: 'shop' }, revisionOf('1'), claim);
      await records.change(name, claim, { atMs: T0, state: 'deployed', because: 'ready', deployed: 1, isDone: true });
    };

    it('keep what is written, and who wrote it when', async () => {
      const claim = claimOf();
      expect(await records.create({ name: 'kept', namespace: 'shop' }, revisionOf('hi'), claim)).toBe(true);
      expect(await records.find('kept')).toEqual({
        name: 'kept',
        namespace: 'shop',
        stack: 'probe',
        version: '1.0.0',
        newest: 1,
        state: 'new',
        because: 'not deployed yet',
        claim,
        createdBy: 'ann',
        createdAtMs: T0,
        updatedAtMs: T0,
      });
      expect(await records.revisions('kept')).toEqual([
        { ...revisionOf('hi'), number: 1, outcome: 'pending', because: 'not deployed yet' },
      ]);
      expect(await records.find('absent')).toBeUndefined();
    });

    it('give a name once', async () => {
      await deployed('taken');
      const before = await records.find('taken');
      expect(await records.create({ name: 'taken', namespace: 'other' }, revisionOf('2'), claimOf())).toBe(false);
      expect(await records.find('taken')).toEqual(before);
      expect(await records.revisions('taken')).toHaveLength(1);
    });

    it('give a release to one of many runs that want it at once', async () => {
      await deployed('wanted');
      const claims = Array.from({ length: 8 }, () => claimOf());
      const taken = await Promise.all(claims.map((claim) => records.claim('wanted', claim, revisionOf('2'))));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect((await records.find('wanted'))?.newest).toBe(2);
      expect((await records.revisions('wanted')).map(({ number }) => number)).toEqual([2, 1]);
    });

    it('are taken again once the run that has them is done, and not before', async () => {
      await deployed('over');
      const first = claimOf('correct');
      await records.claim('over', first);
      expect(await records.claim('over', claimOf())).toBeUndefined();
      expect(await records.change('over', claimOf(), { atMs: T0, isDone: true })).toBe(false);
      expect(await records.change('over', first, { atMs: T0, isDone: true })).toBe(true);
      const second = claimOf('remove', T0 + 5);
      expect(await records.claim('over', second)).toMatchObject({ claim: second, newest: 1 });
      expect(await records.change('over', first, { atMs: T0, state: 'failed' })).toBe(false);
      expect(await records.claim('absent', claimOf())).toBeUndefined();
    });

    it('are changed by the attempt at work alone', async () => {
      await deployed('held');
      const claim = claimOf();
      await records.claim('held', claim, { ...revisionOf('2'), version: '1.1.0', copyOf: 1 });
      const [early, late] = [randomUUID(), randomUUID()];
      expect(await records.change('held', claim, { atMs: T0, holder: early })).toBe(true);
      expect(await records.change('held', claim, { atMs: T0, holder: late })).toBe(true);
      const failed = {
        atMs: T0 + 9,
        state: 'failed',
        because: 'it broke',
        revision: { number: 2, outcome: 'failed', because: 'it broke' },
      } as const;
      expect(await records.change('held', { run: claim.run, holder: early }, failed)).toBe(false);
      expect((await records.revisions('held', [2]))[0]).toMatchObject({ outcome: 'pending', copyOf: 1 });
      expect(await records.change('held', { run: claim.run, holder: late }, { ...failed, isDone: true })).toBe(true);
      expect((await records.revisions('held', [2]))[0]).toMatchObject({
        outcome: 'failed',
        because: 'it broke',
        finishedAtMs: T0 + 9,
      });
      const held = await records.find('held');
      expect(held).toMatchObject({ state: 'failed', because: 'it broke', deployed: 1, newest: 2, updatedAtMs: T0 + 9 });
      expect(held).toMatchObject({ stack: 'probe', version: '1.1.0' });
      await records.claim('held', claim);
      await records.change('held', claim, { atMs: T0, deployed: null, isDone: true });
      expect(await records.find('held')).not.toHaveProperty('deployed');
      expect(held).not.toHaveProperty('claim');
      expect(held).not.toHaveProperty('holder');
    });

    it('keep the last revisions, and the deployed one', async () => {
      await deployed('many');
      for (let number = 2; number <= KEPT_REVISIONS + 4; number += 1) {
        const claim = claimOf();
        await records.claim('many', claim, revisionOf(String(number)));
        await records.change('many', claim, { atMs: T0, isDone: true });
      }
      const numbers = (await records.revisions('many')).map(({ number }) => number);
      expect(numbers).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 1]);
      expect((await records.revisions('many', [1, 4, 14])).map(({ number }) => number)).toEqual([14, 1]);
    });

    it('note the drift of the deployed revision while nobody has the release', async () => {
      await deployed('drifting');
      const drift = { checkedAtMs: T0 + 7, objects: 2, digest: 'd1' };
      expect(await records.noteDrift('drifting', 2, drift)).toBe(false);
      expect(await records.noteDrift('drifting', 1, drift)).toBe(true);
      expect(await records.find('drifting')).toMatchObject({ drift });
      const claim = claimOf();
      await records.claim('drifting', claim);
      expect(await records.noteDrift('drifting', 1, { ...drift, digest: 'd2' })).toBe(false);
      await records.change('drifting', claim, { atMs: T0, deployed: 1, isDone: true });
      expect(await records.find('drifting')).not.toHaveProperty('drift');
    });

    it('are listed by name, page by page, of some namespaces', async () => {
      for (const [name, namespace] of [
        ['list-b', 'one'],
        ['list-C', 'two'],
        ['list-a', 'two'],
      ] as const)
        await records.create({ name, namespace }, revisionOf('1'), claimOf());
      const names = async (namespaces: string[], limit: number, after?: string) =>
        (await records.list({ namespaces }, limit, after)).map(({ name }) => name);
      expect(await names(['one', 'two'], 10)).toEqual(['list-C', 'list-a', 'list-b']);
      expect(await names(['two'], 10)).toEqual(['list-C', 'list-a']);
      expect(await names(['one', 'two'], 1, 'list-C')).toEqual(['list-a']);
      expect(await names([], 10)).toEqual([]);
      expect((await records.list({}, 1000)).length).toBeGreaterThan(3);
    });

    it('are removed with their revisions by the run that has them', async () => {
      await deployed('gone');
      const claim = claimOf('remove');
      await records.claim('gone', claim);
      expect(await records.remove('gone', randomUUID())).toBe(false);
      expect(await records.remove('gone', claim.run)).toBe(true);
      expect(await records.find('gone')).toBeUndefined();
      expect(await records.revisions('gone')).toEqual([]);
    });
  });
}
