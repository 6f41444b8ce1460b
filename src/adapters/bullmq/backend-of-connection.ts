import { createPostgresBackend, createRedisBackend, setDefaultBackendFactory, type BackendFactory } from 'bullmq';
import { Redis } from 'ioredis';

/** BullMQ's backend for a connection of ours: a client of Redis, or a pool of PostgreSQL. */
const backendOfConnection: BackendFactory = (name, options, use) => {
  const create = (options.connection as unknown) instanceof Redis ? createRedisBackend : createPostgresBackend;
  return (create as BackendFactory)(name, options, use);
};

/**
 * Lets whatever `BullModule` makes find its datastore. `BullModule` takes no backend factory, and BullMQ's default one is the whole process's; so the default
 * looks at the connection, and queues on several datastores stand side by side in one process.
 */
export function chooseBackendByConnection(): void {
  setDefaultBackendFactory(backendOfConnection);
}
