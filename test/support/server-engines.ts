import { ElasticsearchServer } from './elasticsearch-server.js';
import { InfluxdbServer } from './influxdb-server.js';
import { startPostgresServer, type PostgresServer } from './postgres-server.js';
import { RedisServer } from './redis-server.js';

/** Every engine that split roles need, running, and how programs find them. */
export interface ServerEngines {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly influxdb: InfluxdbServer;
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts them at once; each is stopped with `open`, also when another one cannot be started. */
export async function startServerEngines(open: AsyncDisposableStack): Promise<ServerEngines> {
  const stoppedAtEnd = async <Server extends { stop(): Promise<unknown> | void }>(
    starting: Promise<Server>,
  ): Promise<Server> => {
    const server = await starting;
    open.defer(async () => {
      await server.stop();
    });
    return server;
  };
  const [records, queue, metrics, logs] = await Promise.allSettled([
    stoppedAtEnd(startPostgresServer()),
    stoppedAtEnd(RedisServer.start()),
    stoppedAtEnd(InfluxdbServer.start()),
    stoppedAtEnd(ElasticsearchServer.start()),
  ]);
  const [postgres, redis, influxdb, elasticsearch] = [
    started(records),
    started(queue),
    started(metrics),
    started(logs),
  ];
  const environment = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    INFLUX_URL: influxdb.url,
    INFLUX_TOKEN: influxdb.token,
    INFLUX_ORG: influxdb.org,
    INFLUX_BUCKET: influxdb.newBucket(),
    ELASTICSEARCH_URL: elasticsearch.url,
  };
  return { postgres, redis, influxdb, environment };
}

function started<Server>(result: PromiseSettledResult<Server>): Server {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
