import { describe, expect, it } from '@jest/globals';
import { checkCron } from './check-cron.js';

describe('checkCron', () => {
  it.each([
    '* * * * *',
    '*/5 0-6 1,15 jan-mar MON-FRI',
    '30 3 * * 7',
    '0 0 29 2 *',
    '0 0 31 2 5',
    '0 0 31 1,2 *',
    '10-50/10 * * * *',
  ])('takes %s', (pattern) => {
    expect(checkCron(pattern)).toBeUndefined();
  });

  it.each([
    ['', 'five fields'],
    ['* * * *', 'five fields'],
    ['* * * * * *', 'five fields'],
    ['@daily', 'five fields'],
    ['60 * * * *', 'no such minute: 60'],
    ['* 24 * * *', 'no such hour: 24'],
    ['* * 0 * *', 'no such day of month: 0'],
    ['* * * foo *', 'no such month: foo'],
    ['* * L * *', 'no such day of month: L'],
    ['* * * * 1#2', 'no such day of week: 1#2'],
    ['*/0 * * * *', 'no such minute: */0'],
    ['5/10 * * * *', 'no such minute: 5/10'],
    ['50-10 * * * *', 'no such minute: 50-10'],
    ['1,,2 * * * *', 'no such minute: (nothing)'],
    ['0 0 30 2 *', 'none of its months'],
    ['0 0 31 4,jun *', 'none of its months'],
  ])('refuses %j', (pattern, because) => {
    expect(checkCron(pattern)).toContain(because);
  });
});
