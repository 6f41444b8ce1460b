import { z } from 'zod';
import { defineJobs } from '../../src/jobs/job-definition.js';

let made = 0;

const common = {
  title: 'Do something in a test',
  attempts: 1,
  backoff: { type: 'fixed', delayMs: 50 },
  timeLimitMs: 600_000,
  keepsRun: false,
  startableBy: 'operator',
} as const;
const payload = z.strictObject({ n: z.int().nonnegative() });

/** A small catalogue whose queues nobody else uses, so that tests can share one datastore. */
export function testJobs() {
  const tag = `t${process.pid}-${Date.now().toString(36)}-${++made}`;
  const catalogue = defineJobs(
    { [`${tag}-wide`]: { concurrency: 2 }, [`${tag}-narrow`]: { concurrency: 1 } },
    {
      'test.do': { ...common, payload, queue: `${tag}-wide` },
      'test.retry': {
        ...common,
        payload,
        queue: `${tag}-wide`,
        attempts: 3,
        backoff: { type: 'exponential', delayMs: 100 },
      },
      'test.limited': { ...common, payload, queue: `${tag}-wide`, timeLimitMs: 200 },
      'test.gather': { ...common, payload, queue: `${tag}-narrow` },
    },
  );
  return { catalogue, wide: `${tag}-wide`, narrow: `${tag}-narrow` };
}

export type TestJobs = ReturnType<typeof testJobs>['catalogue'];
