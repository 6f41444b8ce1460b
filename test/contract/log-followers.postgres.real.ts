import { PostgresLogCheckpointRecords } from '../../src/adapters/postgres/log-checkpoint-records.postgres.js';
import { PostgresLogShards } from '../../src/adapters/postgres/log-shards.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describeLogCheckpointRecords } from './log-checkpoint-records.contract.js';
import { describeLogShards } from './log-shards.contract.js';

async function open() {
  const { database, close } = await openPostgresRecords();
  return { records: new PostgresLogCheckpointRecords(database), shards: new PostgresLogShards(database), close };
}

describeLogShards('PostgreSQL', open);
describeLogCheckpointRecords('PostgreSQL', open);
