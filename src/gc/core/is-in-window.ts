/**
 * Decides whether an instant is in one of a policy's maintenance windows, by the clock of the window's time zone. An hour that a change of
 * summer time leaves out is in no window, one that comes twice is in it twice. Source of the zones: the runtime's Intl.
 */
import { WEEKDAYS, type MaintenanceWindow, type Weekday } from './execution.js';

/** True where there is no window. */
export function isInWindow(windows: readonly MaintenanceWindow[], nowMs: number): boolean {
  return windows.length === 0 || windows.some((window) => isIn(window, nowMs));
}

function isIn({ days, fromMinute, toMinute, timeZone }: MaintenanceWindow, nowMs: number): boolean {
  const { day, minute } = localTime(timeZone, nowMs);
  if (fromMinute < toMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute;
  return (days.includes(day) && minute >= fromMinute) || (days.includes(dayBefore(day)) && minute < toMinute);
}

function dayBefore(day: Weekday): Weekday {
  return WEEKDAYS[(WEEKDAYS.indexOf(day) + 6) % 7] ?? day;
}

function localTime(timeZone: string, nowMs: number): { day: Weekday; minute: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(format.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  const day = (parts['weekday'] ?? '').toLowerCase() as Weekday;
  return { day, minute: Number(parts['hour']) * 60 + Number(parts['minute']) };
}
