import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anEvent, EVENTS_AT_MS as T0 } from './testdata/an-event.js';
import type { KubernetesEvent } from './kubernetes-event.js';
import { mergeBatch } from './merge-batch.js';
import { mergeEvent } from './merge-events.js';
import { sightingsOf } from './sightings.js';

const stored = anEvent('a', {
  firstAtMs: T0,
  lastAtMs: T0 + 1000,
  count: 5,
  node: 'node-1',
  workload: 'Deployment/web',
});
const row = { id: 1, event: stored };
const { node: _, workload: __, ...unresolved } = stored;

describe('what becomes of the row of an event that is told', () => {
  it.each<[string, KubernetesEvent | undefined, KubernetesEvent, string, Partial<KubernetesEvent>?]>([
    ['an unknown event is added', undefined, stored, 'it is not known'],
    ['the same again changes nothing', stored, stored, 'it was told before'],
    ['a new version of the same changes nothing', stored, { ...stored, resourceVersion: '9' }, 'it was told before'],
    ['an older state changes nothing', stored, { ...stored, lastAtMs: T0, count: 3 }, 'what is kept is newer'],
    [
      'more occurrences change it',
      stored,
      { ...stored, lastAtMs: T0 + 9000, count: 7 },
      'it has occurred 2 more times',
      { count: 7, lastAtMs: T0 + 9000 },
    ],
    ['another note changes it', stored, { ...stored, note: 'new' }, 'it is told differently', { note: 'new' }],
    [
      'a smaller count of a later time keeps the count',
      stored,
      { ...stored, lastAtMs: T0 + 9000, count: 1 },
      'it is told differently',
      { count: 5, lastAtMs: T0 + 9000 },
    ],
    [
      'what was found out about its object stays',
      stored,
      { ...unresolved, count: 6 },
      'it has occurred 1 more times',
      { node: 'node-1', workload: 'Deployment/web', count: 6 },
    ],
  ])('%s', (_name, before, told, because, change = told) => {
    const merge = mergeEvent(before && { id: 1, event: before }, told);
    expect(merge.because).toBe(because);
    if (merge.kind !== 'same') expect(merge.event).toMatchObject(change);
  });

  it.each<[string, Partial<KubernetesEvent>, string]>([
    ['goes on under another uid with a growing count', { count: 6 }, 'changed'],
    ['is another event with another first time', { count: 6, firstAtMs: T0 + 500 }, 'added'],
    ['is another event when its count has not grown', { count: 5 }, 'added'],
    ['is another event of another object', { count: 6, regarding: { ...stored.regarding, uid: 'pod-2' } }, 'added'],
    ['is another event for another reason', { count: 6, reason: 'Killing' }, 'added'],
  ])('an event of the same name %s', (_name, parts, kind) => {
    expect(mergeBatch([row], [{ ...stored, uid: 'b', ...parts }]).map((merge) => merge.kind)).toEqual([kind]);
  });

  it('counts each occurrence once, however what is told is cut into batches, repeated and shuffled', () => {
    const told = fc
      .array(fc.record({ count: fc.integer({ min: 1, max: 9 }), after: fc.constantFrom(0, 1) }), { minLength: 1 })
      .map((states) =>
        states.map(({ count, after }) => ({ ...stored, count, lastAtMs: T0 + (count + after) * 70_000 })),
      );
    fc.assert(
      fc.property(told, fc.integer({ min: 1, max: 5 }), (events, size) => {
        let kept: { id: number; event: KubernetesEvent } | undefined;
        let occurrences = 0;
        for (let start = 0; start < events.length; start += size) {
          for (const merge of mergeBatch(kept ? [kept] : [], events.slice(start, start + size))) {
            kept = { id: 1, event: merge.event };
            occurrences += sightingsOf(merge).reduce((sum, sighting) => sum + sighting.occurrences, 0);
          }
        }
        expect(kept?.event.count).toBe(Math.max(...events.map(({ count }) => count)));
        expect(kept?.event.lastAtMs).toBe(Math.max(...events.map(({ lastAtMs }) => lastAtMs)));
        expect(occurrences).toBe(kept?.event.count);
      }),
    );
  });
});
