import { flag, integer, size, text, url, variable } from './variables.js';

/** Environment variables: the engines that things are kept in. */
export const ENGINES = {
  DATABASE_URL: variable({
    as: 'databaseUrl',
    schema: url('postgres', 'postgresql').optional(),
    secret: true,
    group: 'Engines',
    description:
      'PostgreSQL 15 or newer for the records, and for the queue unless `REDIS_URL` is set. Unset: PGlite in `DATA_DIR/records`.',
  }),
  DATABASE_MAX_CONNECTIONS: variable({
    as: 'databaseMaxConnections',
    schema: integer(2, 200),
    default: '10',
    unit: 'connections',
    group: 'Engines',
    description:
      'Connections to PostgreSQL at once, for the records. The queue, where it stands there too, takes up to 20 more.',
  }),
  REDIS_URL: variable({
    as: 'redisUrl',
    schema: url('redis', 'rediss').optional(),
    secret: true,
    group: 'Engines',
    description: 'Redis 6.2 or newer for the job queue. Unset: the queue stands where the records stand.',
  }),
  INFLUX_URL: variable({
    as: 'influxUrl',
    schema: url('http', 'https').optional(),
    group: 'Engines',
    description: 'InfluxDB 2.x for the metrics. Unset: DuckDB in `DATA_DIR/metrics`.',
  }),
  INFLUX_TOKEN: variable({
    as: 'influxToken',
    schema: text.optional(),
    secret: true,
    group: 'Engines',
    description: 'Token for InfluxDB; or `INFLUX_USERNAME` with `INFLUX_PASSWORD`.',
  }),
  INFLUX_USERNAME: variable({
    as: 'influxUsername',
    schema: text.optional(),
    group: 'Engines',
    description: 'User for InfluxDB where there is no token.',
  }),
  INFLUX_PASSWORD: variable({
    as: 'influxPassword',
    schema: text.optional(),
    secret: true,
    group: 'Engines',
    description: 'Password of `INFLUX_USERNAME`.',
  }),
  INFLUX_ORG: variable({
    as: 'influxOrg',
    schema: text,
    default: 'quartermaster',
    group: 'Engines',
    description: 'Organisation in InfluxDB.',
  }),
  INFLUX_BUCKET: variable({
    as: 'influxBucket',
    schema: text,
    default: 'k8s',
    group: 'Engines',
    description:
      'Bucket in InfluxDB for raw samples; with it stand `<bucket>_5m` and `<bucket>_1h`. Made when they are missing and the token may do so.',
  }),
  INFLUX_WITHFIELDS: variable({
    as: 'influxWithFields',
    schema: flag,
    default: 'false',
    group: 'Engines',
    description:
      "Heapster's `withfields` schema in InfluxDB: a field a metric (`cpu` with the field `usage_rate`) instead of a measurement a metric. A bucket is read as it was written.",
  }),
  METRICS_MEMORY: variable({
    as: 'metricsMemoryBytes',
    schema: size('64Mi', '64Gi'),
    default: '256Mi',
    unit: 'size',
    group: 'Engines',
    description:
      'The memory that the embedded metric store (DuckDB) may take while questions are answered or upkeep is done. Otherwise it has three eighths.',
  }),
} as const;
