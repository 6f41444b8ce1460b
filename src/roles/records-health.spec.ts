import { expect, it } from '@jest/globals';
import { SystemClock } from '../platform/clock.js';
import { Log } from '../platform/log.js';
import { Readiness } from '../platform/readiness.js';
import { RecordsHealth } from './records-health.js';

it.each([
  ['up', () => Promise.resolve(), 600_000],
  ['down', () => Promise.reject(new Error('refused')), 600_000],
  ['down', () => new Promise<never>(() => undefined), 1],
])('records are %s when they answer: %s', async (state, ping, answerWithinMs) => {
  const readiness = new Readiness(new SystemClock());
  await new RecordsHealth({ ping }, readiness, Log.silent()).check(answerWithinMs);
  expect(readiness.part('records').report()).toMatchObject({ critical: true, state });
});
