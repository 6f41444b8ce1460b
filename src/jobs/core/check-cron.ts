/**
 * Decides whether a text is a cron pattern that ever comes true: five fields (minute, hour, day of month, month, day of week) of numbers, names of
 * months and days, `*`, ranges, lists and steps. It does not compute when it comes true, and ignores macros, seconds, `L`, `W` and `#`, which are refused.
 * Source: POSIX crontab with the steps and names of cron(5).
 */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 7, names: DAYS },
];

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What is wrong with the pattern, as the end of a sentence; undefined when nothing is. */
export function checkCron(pattern: string): string | undefined {
  const texts = pattern.trim().split(/\s+/);
  if (texts.length !== FIELDS.length)
    return 'must have five fields: minute, hour, day of month, month, day of week (such as 30 3 * * 1-5)';
  for (const [index, field] of FIELDS.entries()) {
    const wrong = (texts[index] ?? '').split(',').find((part) => !isPart(part.toLowerCase(), field));
    if (wrong !== undefined) return `has no such ${field.name}: ${wrong || '(nothing)'}`;
  }
  return comesTrue(texts) ? undefined : 'names a day that none of its months has';
}

/** A number, a name, `*` or a range, each with or without a step. */
function isPart(part: string, field: Field): boolean {
  const [range = '', step, ...rest] = part.split('/');
  if (rest.length > 0) return false;
  if (step !== undefined && !(/^\d{1,2}$/.test(step) && Number(step) >= 1 && Number(step) <= field.max)) return false;
  if (range === '*') return true;
  const [first = '', last, ...more] = range.split('-');
  if (more.length > 0) return false;
  const from = valueOf(first, field);
  if (last === undefined) return from !== undefined && step === undefined;
  const to = valueOf(last, field);
  return from !== undefined && to !== undefined && from <= to;
}

function valueOf(text: string, { min, max, names }: Field): number | undefined {
  const named = names?.indexOf(text) ?? -1;
  if (named >= 0) return named + min;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

/** Only plain days in plain months can be impossible, such as the 31st of February; a day of week makes any pattern possible. */
function comesTrue([, , days = '*', months = '*', weekday = '*']: readonly string[]): boolean {
  if (weekday !== '*' || !/^[\d,]+$/.test(days) || months.includes('*') || months.includes('/')) return true;
  const monthField = FIELDS[3] as Field;
  const longest = months.split(',').flatMap((part) => {
    const [first = '', last = first] = part.toLowerCase().split('-');
    return DAYS_IN_MONTH.slice((valueOf(first, monthField) ?? 1) - 1, valueOf(last, monthField) ?? 12);
  });
  return Math.min(...days.split(',').map(Number)) <= Math.max(...longest);
}
