/** Brings an embedded store's schema up to date as its opening does, and is killed as soon as its n-th statement was sent. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { migrateLogSchema } from '../../src/adapters/duckdb/logs/log-schema.js';
import { migrateMetricSchema } from '../../src/adapters/duckdb/metric-schema.js';

const [folder = '', store = 'metrics', statement = '0'] = process.argv.slice(2);
mkdirSync(join(folder, 'segments'), { recursive: true });
const instance = await DuckDBInstance.create(join(folder, `${store}.duckdb`));
const connection = await instance.connect();
let sent = 0;
const run = connection.run.bind(connection);
connection.run = (sql) => {
  const answer = run(sql);
  sent += 1;
  if (sent === Number(statement)) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
  return answer;
};
await (store === 'metrics' ? migrateMetricSchema : migrateLogSchema)(connection);
process.stdout.write(`sent ${sent}\n`);
