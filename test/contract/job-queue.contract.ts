import { afterAll, beforeAll, describe } from '@jest/globals';
import { QueueProcesses, type QueueDatastore } from '../support/queue-processes.js';
import { handlesJobs } from './job-queue-handling.contract.js';
import { schedulesJobs } from './job-queue-schedules.contract.js';
import { stopsJobs } from './job-queue-stopping.contract.js';

/** What every backend of `JobQueue` and `JobWorkers` promises. */
export function describeJobQueue(engine: string, start: () => Promise<QueueDatastore>): void {
  describe(`JobQueue on ${engine}`, () => {
    let processes: QueueProcesses;
    const current = (): QueueProcesses => processes;

    beforeAll(async () => {
      processes = new QueueProcesses(await start());
    });
    afterAll(() => processes.stop());

    handlesJobs(current);
    schedulesJobs(current);
    stopsJobs(current);
  });
}
