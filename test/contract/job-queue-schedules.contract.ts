import { expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { QueueProcesses } from '../support/queue-processes.js';
import { testJobs } from '../support/test-jobs.js';

/** Jobs that a schedule releases, and what is told of the queues. */
export function schedulesJobs(processes: () => QueueProcesses): void {
  it('fires a schedule again and again, also after a restart', async () => {
    const { catalogue } = testJobs();
    const first = await processes().aProcess(catalogue);
    await first.queue.schedule('often', { everyMs: 300 }, 'test.do', { n: 5 });
    const seen: { payload: unknown; id: string }[] = [];
    await first.work((job) => Promise.resolve(seen.push(job)));
    await eventually('it fires twice', () => seen.length >= 2);
    await first.close(600_000); // what was seen is done: a job that is handed back would be seen twice
    const count = seen.length;

    const second = await processes().aProcess(catalogue);
    await second.work((job) => Promise.resolve(seen.push(job)));
    await eventually('it fires after the restart', () => seen.length >= count + 2);
    expect(seen[0]?.payload).toEqual({ n: 5 });
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    expect(await second.queue.unschedule('often')).toBe(true);
    expect(await second.queue.unschedule('often')).toBe(false);
    expect(await second.queue.schedules()).toEqual([]);
  });

  it('keeps cron schedules in their time zone and changes nothing when told the same again', async () => {
    const { queue } = await processes().aProcess(testJobs().catalogue);
    const cadence = { cron: '30 3 * * *', timeZone: 'Asia/Kolkata' };
    await queue.schedule('nightly', cadence, 'test.do', { n: 1 });
    const [before] = await queue.schedules();
    await queue.schedule('nightly', cadence, 'test.do', { n: 1 });
    expect(await queue.schedules()).toEqual([before]);
    expect(before).toMatchObject({ id: 'nightly', job: 'test.do', cadence });
    expect(new Date(before?.nextAtMs ?? 0).toISOString()).toMatch(/T22:00:00\.000Z$/);

    await queue.schedule('nightly', { everyMs: 3_600_000 }, 'test.gather', { n: 2 });
    expect(await queue.schedules()).toMatchObject([
      { id: 'nightly', job: 'test.gather', cadence: { everyMs: 3_600_000 } },
    ]);
  });

  it('counts jobs by queue and state, and trims finished ones', async () => {
    const { catalogue, wide, narrow } = testJobs();
    const { queue, work } = await processes().aProcess(catalogue);
    await queue.enqueue('test.gather', { n: 1 }, { delayMs: 60_000 });
    await Promise.all(Array.from({ length: 130 }, (_, n) => queue.enqueue('test.do', { n })));
    expect((await queue.counts()).get(wide)).toMatchObject({ waiting: 130, active: 0 });
    await work(() => Promise.resolve());
    await eventually('all are done', async () => {
      const counts = (await queue.counts()).get(wide);
      return counts?.waiting === 0 && counts.active === 0;
    });
    const counts = await queue.counts();
    expect(counts.get(wide)).toMatchObject({ waiting: 0, delayed: 0, active: 0, failed: 0 });
    const completed = counts.get(wide)?.completed ?? 0;
    expect(completed).toBeGreaterThanOrEqual(100);
    expect(completed).toBeLessThanOrEqual(102); // two jobs that end at once do not see each other when they trim
    expect(counts.get(narrow)).toMatchObject({ delayed: 1 });
  });
}
