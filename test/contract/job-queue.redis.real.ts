import { connectRedis } from '../../src/adapters/bullmq/connect-redis.js';
import { Log } from '../../src/platform/log.js';
import { RedisServer } from '../support/redis-server.js';
import { describeJobQueue } from './job-queue.contract.js';

describeJobQueue('Redis', async () => {
  const given = process.env['TEST_REDIS_URL'];
  const server = given ? undefined : await RedisServer.start();
  return {
    async connect() {
      const backend = connectRedis(given ?? server?.url ?? '', Log.silent());
      await backend.prepare();
      return backend;
    },
    stop: async () => server?.stop(),
  };
});
