import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BULLMQ_SCHEMA, connectPostgres } from '../../src/adapters/bullmq/connect-postgres.js';
import { connectRedis } from '../../src/adapters/bullmq/connect-redis.js';
import { Database } from '../../src/adapters/postgres/database.js';
import { ProblemError } from '../../src/platform/errors.js';
import { Log } from '../../src/platform/log.js';
import { Redis } from 'ioredis';
import { eventually } from '../support/eventually.js';
import { QueueProcesses, stateOf, untilAborted, type QueueDatastore } from '../support/queue-processes.js';
import { RedisServer } from '../support/redis-server.js';
import { SilentWay } from '../support/silent-way.js';
import { testJobs } from '../support/test-jobs.js';
import { describeJobQueue } from './job-queue.contract.js';

function datastoreAt(url: string, stop: () => Promise<void>): QueueDatastore {
  return {
    async connect() {
      const backend = connectRedis(url, Log.silent());
      await backend.prepare();
      return backend;
    },
    stop,
  };
}

describeJobQueue('Redis', async () => {
  const given = process.env['TEST_REDIS_URL'];
  if (given) return datastoreAt(given, () => Promise.resolve());
  const server = await RedisServer.start();
  return datastoreAt(server.url, () => server.stop());
});

describe('A Redis of our own', () => {
  let server: RedisServer;
  let processes: QueueProcesses;

  beforeAll(async () => {
    server = await RedisServer.start();
    processes = new QueueProcesses(datastoreAt(server.url, () => server.stop()));
  });
  afterAll(() => processes.stop());

  it('may be killed and started again: callers are told meanwhile, workers go on after', async () => {
    const { queue, work } = await processes.aProcess(testJobs().catalogue);
    await work((job) => Promise.resolve(job.id));
    const kept = await queue.enqueue('test.do', { n: 1 }, { delayMs: 1_500 });
    await queue.schedule('often', { everyMs: 300 }, 'test.do', { n: 2 });
    await server.kill();
    const refused = await queue.enqueue('test.do', { n: 3 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused).toMatchObject({ code: 'UNAVAILABLE', detail: 'The job queue cannot be reached' });
    await server.run();
    const after = await eventually('it takes jobs again', () =>
      queue.enqueue('test.do', { n: 4 }).catch(() => undefined),
    );
    for (const id of [kept, after])
      await eventually('it ran', async () => (await stateOf(queue, 'test.do', id)) === 'completed');
    const before = await queue.schedules();
    await eventually('the schedule goes on', async () => {
      const [now] = await queue.schedules();
      return (now?.nextAtMs ?? 0) > (before[0]?.nextAtMs ?? 0) + 600;
    });
  });

  it('may be away while a process stops: it ends within its time', async () => {
    const stopping = await processes.aProcess(testJobs().catalogue);
    await stopping.work((job) => untilAborted(job.signal));
    await stopping.queue.enqueue('test.do', { n: 1 });
    await eventually('it runs', () => stopping.workers.running() === 1);
    await server.kill();
    await stopping.close(2_000); // would never end if it waited for Redis
    await server.run();
  });

  it('stands beside a queue on PostgreSQL in one process', async () => {
    const database = await Database.openEmbedded();
    const embedded = new QueueProcesses({
      async connect() {
        const backend = connectPostgres(database.schemaPool({ schema: BULLMQ_SCHEMA }));
        await backend.prepare();
        return backend;
      },
      stop: () => database.close(),
    });
    const { catalogue } = testJobs();
    const [onRedis, onPostgres] = await Promise.all([processes.aProcess(catalogue), embedded.aProcess(catalogue)]);
    await onRedis.work(() => Promise.resolve('redis'));
    await onPostgres.work(() => Promise.resolve('postgres'));
    for (const [{ queue }, result] of [
      [onRedis, 'redis'],
      [onPostgres, 'postgres'],
    ] as const) {
      const id = await queue.enqueue('test.do', { n: 1 }, { id: 'same' });
      await eventually('it ran', async () => (await stateOf(queue, 'test.do', id)) === 'completed');
      expect((await queue.find('test.do', id))?.result).toBe(result);
    }
    await embedded.stop();
  });

  it('may become the replica of another one, to which its address leads from then on', async () => {
    await using ended = new AsyncDisposableStack();
    const { queue, former, next } = await movedQueue(ended);
    const admin = ended.adopt(new Redis(former.url), (client) => client.disconnect());
    await admin.replicaof('127.0.0.1', String(next.port));
    const refused = await queue.enqueue('test.do', { n: 2 }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'UNAVAILABLE' });
    const id = await eventually('it takes jobs again', () => queue.enqueue('test.do', { n: 3 }).catch(() => undefined));
    await eventually('it ran', async () => (await stateOf(queue, 'test.do', id)) === 'completed');
  });

  it('may vanish without a word: callers and workers go on with the one that its address leads to', async () => {
    await using ended = new AsyncDisposableStack();
    const { queue, way } = await movedQueue(ended);
    way.silence();
    const id = await eventually('it takes jobs again', () => queue.enqueue('test.do', { n: 2 }).catch(() => undefined));
    await eventually('it ran', async () => (await stateOf(queue, 'test.do', id)) === 'completed');
  });

  it('is refused when it would throw jobs away', async () => {
    const client = new Redis(server.url);
    await client.config('SET', 'maxmemory', '100mb');
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(processes.aProcess(testJobs().catalogue)).rejects.toThrow(/noeviction/);
    await client.config('SET', 'maxmemory', '0');
    await client.quit();
    await expect(processes.aProcess(testJobs().catalogue)).resolves.toBeDefined();
  });
});

/** A queue with a worker whose server's address leads to another one by now; its connections are still with the former. */
async function movedQueue(ended: AsyncDisposableStack) {
  const [former, next] = [await RedisServer.start(), await RedisServer.start()];
  for (const one of [former, next]) ended.defer(() => one.stop());
  const way = ended.use(await SilentWay.to(former.port));
  const movable = new QueueProcesses(datastoreAt(`redis://127.0.0.1:${way.port}`, () => Promise.resolve()));
  ended.defer(() => movable.stop());
  const { queue, work } = await movable.aProcess(testJobs().catalogue);
  await work((job) => Promise.resolve(job.id));
  await queue.enqueue('test.do', { n: 1 });
  way.leadTo(next.port);
  return { queue, way, former, next };
}
