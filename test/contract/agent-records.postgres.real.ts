import { PostgresAgentRecords } from '../../src/adapters/postgres/agent-records.postgres.js';
import { openPostgresRecords } from '../support/records.js';
import { describeAgentRecords } from './agent-records.contract.js';

describeAgentRecords('PostgreSQL', async () => {
  const opened = await openPostgresRecords();
  return { agents: new PostgresAgentRecords(opened.database), close: () => opened.close() };
});
