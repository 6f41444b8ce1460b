import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StaticPodChange } from '../../src/agents/core/static-pod.js';
import type { StaticPodRecords } from '../../src/agents/static-pod-records.port.js';

const T0 = Date.UTC(2026, 0, 2);
const change = (changeId: string, state: StaticPodChange['state'], because = 'so'): StaticPodChange => ({
  changeId,
  fileName: 'kube-scheduler.yaml',
  state,
  replaced: true,
  keepsManifest: state !== 'restored',
  because,
});

/** What every database promises of changes of static pods. */
export function describeStaticPodRecords(
  engine: string,
  open: () => Promise<{ staticPods: StaticPodRecords; close: () => Promise<void> }>,
): void {
  describe(`static pod records on ${engine}`, () => {
    let records: StaticPodRecords;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ staticPods: records, close } = await open());
    });
    afterAll(() => close());

    it('knows of a change what its node told last', async () => {
      const first = { ...change('a', 'pending'), replaced: false, keepsManifest: false };
      await records.tell('n1', [first, change('b', 'pending')], T0);
      expect(await records.find('n1', 'a')).toEqual(first);
      await records.tell('n1', [change('b', 'confirmed', 'it was confirmed')], T0);
      await records.tell('n1', [change('b', 'restored', 'on request')], T0);
      expect(await records.find('n1', 'b')).toEqual({ ...change('b', 'restored', 'on request'), keepsManifest: true });
      expect(await records.find('n1', 'a')).toEqual(first);
    });

    it('keeps nodes apart', async () => {
      await records.tell('n2', [change('same', 'pending')], T0);
      await records.tell('n3', [change('same', 'restored')], T0);
      expect(await records.find('n2', 'same')).toMatchObject({ state: 'pending' });
      expect(await records.find('n4', 'same')).toBeUndefined();
    });

    it.each(['confirmed', 'restored', 'left'] as const)('does not take back that it is %s', async (state) => {
      await records.tell('n5', [change(state, state)], T0);
      await records.tell('n5', [change(state, 'pending')], T0 + 1);
      expect(await records.find('n5', state)).toMatchObject({ state });
    });

    it('forgets what was told long ago, a few at a time', async () => {
      await records.tell('old', [change('x', 'confirmed'), change('y', 'left')], T0 - 1_000);
      expect(await records.trim(T0 - 1_000, 10)).toBe(0);
      expect(await records.trim(T0 - 999, 1)).toBe(1);
      expect(await records.trim(T0 - 999, 10)).toBe(1);
      expect(await records.find('old', 'x')).toBeUndefined();
    });
  });
}
