import { PostgresAgentRecords } from '../../src/adapters/postgres/agent-records.postgres.js';
import { openPgliteRecords } from '../support/records.js';
import { describeAgentRecords } from './agent-records.contract.js';

describeAgentRecords('PGlite', async () => {
  const opened = await openPgliteRecords();
  return { agents: new PostgresAgentRecords(opened.database), close: () => opened.close() };
});
