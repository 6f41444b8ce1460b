import { PostgresLogCheckpointRecords } from '../../src/adapters/postgres/log-checkpoint-records.postgres.js';
import { PostgresLogShards } from '../../src/adapters/postgres/log-shards.postgres.js';
import { openPgliteRecords } from '../support/records.js';
import { describeLogCheckpointRecords } from './log-checkpoint-records.contract.js';
import { describeLogShards } from './log-shards.contract.js';

async function open() {
  const opened = await openPgliteRecords();
  const { database } = opened;
  return {
    records: new PostgresLogCheckpointRecords(database),
    shards: new PostgresLogShards(database),
    close: () => opened.close(),
  };
}

describeLogShards('PGlite', open);
describeLogCheckpointRecords('PGlite', open);
