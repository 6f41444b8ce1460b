import { describe, expect, it } from '@jest/globals';
import { judgeConfirmation, judgeUndoing, restOf } from './judge-change.js';

const NEITHER = { before: false, after: false };

describe('restOf', () => {
  it.each([
    ['as long as is left', 100_000, 60_000],
    ['nothing after the deadline', 161_000, 0],
    ['nothing at it', 160_000, 0],
    ['never longer than it was given, when the clock was set back meanwhile', -9_000_000, 90_000],
    ['nothing, when the clock was set forward', 9_000_000, 0],
  ])('is %s', (_, nowMs, expected) => {
    expect(restOf({ deadlineAtMs: 160_000, confirmWithinMs: 90_000 }, nowMs)).toBe(expected);
  });
});

describe('a change that is to be undone', () => {
  it.each([
    ['was made', { before: false, after: true }, { do: 'restore' }],
    ['was not made, or is undone already', { before: true, after: false }, { do: 'note', state: 'restored' }],
    ['changes nothing', { before: true, after: true }, { do: 'note', state: 'restored' }],
    ["is somebody else's by now", NEITHER, { do: 'note', state: 'left' }],
  ])('that %s', (_, found, expected) => {
    expect(judgeUndoing(found, 'it is late')).toMatchObject(expected);
  });

  it('says why', () => {
    expect(judgeUndoing({ before: true, after: false }, 'it is late')).toMatchObject({ because: 'it is late' });
    expect(judgeUndoing(NEITHER, 'it is late')).toMatchObject({ because: expect.stringContaining('somebody else') });
  });
});

describe('a change that is confirmed', () => {
  it.each([
    ['is there', { before: false, after: true }, 'confirmed'],
    ['changes nothing', { before: true, after: true }, 'confirmed'],
    ['was put back by somebody', { before: true, after: false }, 'restored'],
    ['was overwritten by somebody', NEITHER, 'left'],
  ])('and %s', (_, found, state) => {
    expect(judgeConfirmation(found)).toMatchObject({ do: 'note', state });
  });
});
