import { afterAll } from '@jest/globals';
import { PostgresGcPlanRecords } from '../../src/adapters/postgres/gc-plan-records.postgres.js';
import { PostgresGcPolicyRecords } from '../../src/adapters/postgres/gc-policy-records.postgres.js';
import { PostgresGcRemovalRecords } from '../../src/adapters/postgres/gc-removal-records.postgres.js';
import { PostgresGcRunRecords } from '../../src/adapters/postgres/gc-run-records.postgres.js';
import { PostgresImageLedgerRecords } from '../../src/adapters/postgres/image-ledger-records.postgres.js';
import { PostgresRunRecords } from '../../src/adapters/postgres/run-records.postgres.js';
import type { TestRecords } from '../support/records.js';
import { describeGcPlanRecords } from './gc-plan-records.contract.js';
import { describeGcPolicyRecords } from './gc-policy-records.contract.js';
import { describeGcRemovalRecords } from './gc-removal-records.contract.js';
import { describeGcRunRecords } from './gc-run-records.contract.js';
import { describeImageLedgerRecords } from './image-ledger-records.contract.js';

/** The suites of all records of garbage collection, on one database: opening one takes longer than they do. */
export function describeGcRecords(engine: string, open: () => Promise<TestRecords>): void {
  let opening: Promise<TestRecords> | undefined;
  const database = async () => (await (opening ??= open())).database;
  afterAll(async () => (await opening)?.close());

  describeGcPolicyRecords(engine, async () => new PostgresGcPolicyRecords(await database()));
  describeGcPlanRecords(engine, async () => ({
    plans: new PostgresGcPlanRecords(await database()),
    runs: new PostgresGcRunRecords(await database()),
  }));
  describeGcRunRecords(engine, async () => ({
    gcRuns: new PostgresGcRunRecords(await database()),
    runs: new PostgresRunRecords(await database()),
  }));
  describeGcRemovalRecords(engine, async () => new PostgresGcRemovalRecords(await database()));
  describeImageLedgerRecords(engine, async () => new PostgresImageLedgerRecords(await database()));
}
