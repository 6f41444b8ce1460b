import { describe, expect, it } from '@jest/globals';
import type { LostSpan } from '../metric-store.port.js';
import { noteLost, type ReadSpan } from './note-lost.js';

const DAY_MS = 86_400_000;
const LOST: LostSpan = { tier: '5m', kind: { type: 'pod', family: undefined }, fromMs: DAY_MS, toMs: 2 * DAY_MS };
const READ: ReadSpan = { tier: '5m', type: 'pod', family: undefined, fromMs: 0, toMs: 10 * DAY_MS };
const WHOLE =
  'Lost with damaged files of the store: pod samples from 1970-01-02T00:00:00.000Z to 1970-01-03T00:00:00.000Z.';

describe('what an answer says of lost samples', () => {
  it.each<[string, Partial<ReadSpan>, string[]]>([
    ['the span that it lacks', {}, [WHOLE]],
    ['nothing of another tier', { tier: 'raw' }, []],
    ['nothing of other objects', { type: 'node' }, []],
    ['nothing of a family of resources', { family: 'filesystem' }, []],
    ['nothing of what begins where it ends', { toMs: DAY_MS }, []],
    ['nothing of what ends where it begins', { fromMs: 2 * DAY_MS }, []],
    [
      'only what was asked for',
      { fromMs: 2 * DAY_MS - 1 },
      [WHOLE.replace('02T00:00:00.000Z to', '02T23:59:59.999Z to')],
    ],
  ])('%s', (_, over, notes) => {
    expect(noteLost([LOST], [{ ...READ, ...over }])).toEqual(notes);
  });

  it('names four spans and counts the rest', () => {
    const days = Array.from({ length: 6 }, (_, day) => ({ ...LOST, fromMs: day * DAY_MS, toMs: (day + 1) * DAY_MS }));
    const [note, ...others] = noteLost(days, [READ, READ]);
    expect(others).toEqual([]);
    expect(note).toMatch(/(pod samples from \S+ to \S+ ?){4} and 2 more\.$/);
  });

  it('says of a database that some samples of any object may be lost', () => {
    const { kind: _kind, ...any } = LOST;
    expect(noteLost([any], [{ ...READ, type: 'node', family: 'claim' }])[0]).toContain(
      ': some samples from 1970-01-02',
    );
  });
});
