import { afterAll } from '@jest/globals';
import { PostgresAgentFindingRecords } from '../../src/adapters/postgres/agent-finding-records.postgres.js';
import { PostgresAgentRecords } from '../../src/adapters/postgres/agent-records.postgres.js';
import { PostgresAgentTaskRecords } from '../../src/adapters/postgres/agent-task-records.postgres.js';
import { PostgresAgentWorkRecords } from '../../src/adapters/postgres/agent-work-records.postgres.js';
import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import type { Database } from '../../src/adapters/postgres/database.js';
import { PostgresGcPlanRecords } from '../../src/adapters/postgres/gc-plan-records.postgres.js';
import { PostgresGcPolicyRecords } from '../../src/adapters/postgres/gc-policy-records.postgres.js';
import { PostgresGcRemovalRecords } from '../../src/adapters/postgres/gc-removal-records.postgres.js';
import { PostgresGcRunRecords } from '../../src/adapters/postgres/gc-run-records.postgres.js';
import { PostgresImageLedgerRecords } from '../../src/adapters/postgres/image-ledger-records.postgres.js';
import { PostgresLogCheckpointRecords } from '../../src/adapters/postgres/log-checkpoint-records.postgres.js';
import { PostgresLogShards } from '../../src/adapters/postgres/log-shards.postgres.js';
import { PostgresPreviousReadings } from '../../src/adapters/postgres/previous-readings.postgres.js';
import { PostgresReleaseRecords } from '../../src/adapters/postgres/release-records.postgres.js';
import { PostgresResizerRecords } from '../../src/adapters/postgres/resizer-records.postgres.js';
import { PostgresRunRecords } from '../../src/adapters/postgres/run-records.postgres.js';
import { PostgresSinkRecords } from '../../src/adapters/postgres/sink-records.postgres.js';
import { PostgresStaticPodRecords } from '../../src/adapters/postgres/static-pod-records.postgres.js';
import type { TestRecords } from '../support/records.js';
import { sinkSamplesOn } from '../support/sink-samples.js';
import { spoolOn } from '../support/spool.js';
import { tokenEngineOn } from '../support/token-engine.js';
import { describeAgentRecords } from './agent-records.contract.js';
import { describeAgentTasks } from './agent-tasks.contract.js';
import { describeAuditRecords } from './audit-records.contract.js';
import { describeCycleRecords } from './cycle-records.contract.js';
import { describeGcPlanRecords } from './gc-plan-records.contract.js';
import { describeGcPolicyRecords } from './gc-policy-records.contract.js';
import { describeGcRemovalRecords } from './gc-removal-records.contract.js';
import { describeGcRunRecords } from './gc-run-records.contract.js';
import { describeImageLedgerRecords } from './image-ledger-records.contract.js';
import { describeLogCheckpointRecords } from './log-checkpoint-records.contract.js';
import { describeLogQueryRecords } from './log-query-records.contract.js';
import { describeLogShards } from './log-shards.contract.js';
import { describePreviousReadings } from './previous-readings.contract.js';
import { describeReleaseRecords, KEPT_REVISIONS } from './release-records.contract.js';
import { describeResizerRecords } from './resizer-records.contract.js';
import { describeRunRecords } from './run-records.contract.js';
import { describeSampleSpool } from './sample-spool.contract.js';
import { describeSinkRecords } from './sink-records.contract.js';
import { describeSinkSamples } from './sink-samples.contract.js';
import { describeStaticPodRecords } from './static-pod-records.contract.js';
import { describeTokenRecords } from './token-records.contract.js';

/** The suites of nearly all records, on one database: opening one takes longer than they do. Each minds what others have left in its tables. */
export function describeRecords(engine: string, openOne: () => Promise<TestRecords>): void {
  let opening: Promise<TestRecords> | undefined;
  afterAll(async () => (await opening)?.close());
  const close = (): Promise<void> => Promise.resolve(); // it stays open for the next suite
  const open = async (): Promise<TestRecords> => ({ database: (await (opening ??= openOne())).database, close });

  describeTokenRecords(engine, () => tokenEngineOn(open()));
  describeAuditRecords(engine, () => tokenEngineOn(open()));
  describeRunRecords(engine, open);
  describeLogQueryRecords(engine, open);
  describeSampleSpool(engine, async () => spoolOn(await open()));
  describeSinkSamples(engine, async () => sinkSamplesOn(await open()));

  /** A suite that asks for adapters of the database, and closes them. */
  const on =
    <Ports extends object>(portsOf: (database: Database) => Ports) =>
    async (): Promise<Ports & { close(): Promise<void> }> => ({ ...portsOf((await open()).database), close });
  describeReleaseRecords(
    engine,
    on((database) => ({ records: new PostgresReleaseRecords(database, KEPT_REVISIONS) })),
  );
  describeResizerRecords(
    engine,
    on((database) => ({ records: new PostgresResizerRecords(database) })),
  );
  describeCycleRecords(
    engine,
    on((database) => ({ records: new PostgresCycleRecords(database) })),
  );
  describePreviousReadings(
    engine,
    on((database) => ({ readings: new PostgresPreviousReadings(database) })),
  );
  describeSinkRecords(engine, on((database) => ({ sinks: new PostgresSinkRecords(database), cycles: new PostgresCycleRecords(database) }))); // prettier-ignore
  const ofFollowers = on((database) => ({
    records: new PostgresLogCheckpointRecords(database),
    shards: new PostgresLogShards(database),
  }));
  describeStaticPodRecords(
    engine,
    on((database) => ({ staticPods: new PostgresStaticPodRecords(database) })),
  );
  describeLogShards(engine, ofFollowers);
  describeLogCheckpointRecords(engine, ofFollowers);
  describeAgentRecords(
    engine,
    on((database) => ({ agents: new PostgresAgentRecords(database) })),
  );
  describeAgentTasks(
    engine,
    on((database) => ({
      tasks: new PostgresAgentTaskRecords(database),
      work: new PostgresAgentWorkRecords(database),
      findings: new PostgresAgentFindingRecords(database),
    })),
  );

  const of = async <Port>(adapter: new (database: Database) => Port): Promise<Port> =>
    new adapter((await open()).database);
  describeGcPolicyRecords(engine, () => of(PostgresGcPolicyRecords));
  describeGcPlanRecords(engine, async () => ({
    plans: await of(PostgresGcPlanRecords),
    runs: await of(PostgresGcRunRecords),
  }));
  describeGcRunRecords(engine, async () => ({
    gcRuns: await of(PostgresGcRunRecords),
    runs: await of(PostgresRunRecords),
  }));
  describeGcRemovalRecords(engine, () => of(PostgresGcRemovalRecords));
  describeImageLedgerRecords(engine, () => of(PostgresImageLedgerRecords));
}
