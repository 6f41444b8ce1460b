import { describe, expect, it } from '@jest/globals';
import { isInWindow } from './is-in-window.js';
import { WEEKDAYS, type MaintenanceWindow } from './execution.js';

const at = (text: string) => Date.parse(text);
const night: MaintenanceWindow = { days: ['fri'], fromMinute: 22 * 60, toMinute: 5 * 60, timeZone: 'Europe/Rome' };
const day: MaintenanceWindow = { days: ['mon', 'tue'], fromMinute: 9 * 60, toMinute: 17 * 60, timeZone: 'UTC' };

describe('maintenance windows', () => {
  it.each([
    ['where there is none', [], '2026-01-05T03:00:00Z', true],
    ['at its first minute', [day], '2026-01-05T09:00:00Z', true],
    ['a second before', [day], '2026-01-05T08:59:59Z', false],
    ['at its last second', [day], '2026-01-05T16:59:59Z', true],
    ['at its end', [day], '2026-01-05T17:00:00Z', false],
    ['on another day', [day], '2026-01-07T10:00:00Z', false],
    ['over midnight, before it', [night], '2026-01-09T21:00:00Z', true],
    ['over midnight, after it', [night], '2026-01-10T03:59:00Z', true],
    ['over midnight, after its end', [night], '2026-01-10T04:00:00Z', false],
    ['after midnight of a day that it does not begin on', [night], '2026-01-09T03:00:00Z', false],
    ['in another zone than UTC', [night], '2026-01-09T20:59:00Z', false],
    ['in summer time', [night], '2026-07-10T20:00:00Z', true],
    ['when another one is open', [night, day], '2026-01-05T10:00:00Z', true],
  ])('are open %s', (_, windows, instant, expected) => {
    expect(isInWindow(windows, at(instant))).toBe(expected);
  });

  it('can be open the whole week', () => {
    const always = { days: WEEKDAYS, fromMinute: 0, toMinute: 1440, timeZone: 'Asia/Kolkata' };
    for (let hour = 0; hour < 7 * 24; hour += 1)
      expect(isInWindow([always], at('2026-01-05T00:00:00Z') + hour * 3_600_000)).toBe(true);
  });
});
