import { PostgresAgentFindingRecords } from '../../src/adapters/postgres/agent-finding-records.postgres.js';
import { PostgresAgentTaskRecords } from '../../src/adapters/postgres/agent-task-records.postgres.js';
import { PostgresAgentWorkRecords } from '../../src/adapters/postgres/agent-work-records.postgres.js';
import { openPgliteRecords } from '../support/records.js';
import { describeAgentTasks } from './agent-tasks.contract.js';

describeAgentTasks('PGlite', async () => {
  const opened = await openPgliteRecords();
  const { database } = opened;
  return {
    tasks: new PostgresAgentTaskRecords(database),
    work: new PostgresAgentWorkRecords(database),
    findings: new PostgresAgentFindingRecords(database),
    close: () => opened.close(),
  };
});
