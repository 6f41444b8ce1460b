import { Redis } from 'ioredis';
import type { Log } from '../../platform/log.js';
import type { BullmqBackend } from './bullmq-backend.js';
import { isOfReplica } from './queue-unavailable.js';

const LONGEST_PAUSE_MS = 2_000;
/** More than the 10 seconds that a worker's command may wait at the server for a job: who says nothing for so long is gone, with nobody to tell so. */
const SILENT_MS = 15_000;

/**
 * The queue on Redis. Connections are made again after a break for as long as it takes; a caller's command fails after a few attempts, a worker's waits.
 *
 * @param url `redis://` or `rediss://`, with user, password and database
 */
export function connectRedis(url: string, log: Log): BullmqBackend {
  const connection = open(url, 2, log);
  const workerConnection = open(url, null, log);
  const close = async (): Promise<void> => {
    await Promise.all([connection, workerConnection].map((client) => end(client)));
  };
  return {
    engine: 'redis',
    connection,
    workerConnection,
    idleSeconds: 5,
    async prepare() {
      try {
        await refuseEviction(connection, log);
      } catch (error) {
        await close(); // a connection that is left open would be made again for ever
        throw error;
      }
    },
    close,
  };
}

function open(url: string, maxRetriesPerRequest: number | null, log: Log): Redis {
  const client = new Redis(url, {
    maxRetriesPerRequest,
    retryStrategy: (times) => Math.min(times * 100, LONGEST_PAUSE_MS),
    connectTimeout: 5_000,
    keepAlive: 10_000,
    socketTimeout: SILENT_MS,
    reconnectOnError: isOfReplica,
  });
  let isDown = false;
  client.on('error', (error: Error) => {
    if (!isDown) log.warn('Redis cannot be reached', { error });
    isDown = true;
  });
  client.on('ready', () => {
    if (isDown) log.info('Redis can be reached again');
    isDown = false;
  });
  return client;
}

/** A Redis that evicts keys loses jobs: another policy than `noeviction` is refused where memory is limited, and warned of where it is not. */
async function refuseEviction(client: Redis, log: Log): Promise<void> {
  const info = await client.info('memory');
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'unknown';
  const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0);
  if (policy === 'noeviction') return;
  if (limit > 0)
    throw new Error(
      `REDIS_URL: the Redis server has maxmemory-policy ${policy} and would throw jobs away; set it to noeviction`,
    );
  log.warn('Redis may evict keys once it has a memory limit: set maxmemory-policy to noeviction', { policy });
}

async function end(client: Redis): Promise<void> {
  if (client.status === 'ready') await client.quit();
  else client.disconnect();
}
