import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import type { Database } from '../../src/adapters/postgres/database.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';
import { findMigrationsFolder, readMigrations } from '../../src/adapters/postgres/read-migrations.js';
import { type TypescriptChild, startTypescriptChild } from '../support/typescript-child.js';

/** Where the records are that are killed, and their like whose migrations nobody disturbed. */
export interface KilledRecords {
  /** A folder or a URL, with nothing in it. */
  readonly place: string;
  open(): Promise<Database>;
  /** All of the schema of records that came up to date in peace. */
  peaceful(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Of each migration, in its transaction: BEGIN, time limit, lock, ledger, what is applied, */
const STATEMENTS = { sql: 6, row: 7, commit: 8 } as const;
const OF_A_MIGRATION = 8;

export interface KillPoint {
  /** Which of the missing migrations, from 1. */
  readonly step: number;
  readonly at: keyof typeof STATEMENTS;
  /** As soon as that statement was sent, or when it was answered and nothing is sent any more. */
  readonly when: 'sent' | 'answered';
}

const statementAt = ({ step, at }: KillPoint): string => String((step - 1) * OF_A_MIGRATION + STATEMENTS[at]);

/** A kill in the middle of the records' migrations: the next start needs no hand. */
export function describeRecordsMigrateKilled(
  engine: string,
  prepare: () => Promise<KilledRecords>,
  points: readonly KillPoint[],
): void {
  describe(`a kill within the migrations on ${engine}`, () => {
    let records: KilledRecords;
    const children: TypescriptChild[] = [];
    const start = (end: 'die' | 'hold', statement: string): TypescriptChild => {
      const child = startTypescriptChild('./records-migrator.main.ts', records.place, end, statement);
      children.push(child);
      return child;
    };
    beforeAll(async () => {
      records = await prepare();
    });
    afterEach(async () => {
      for (const child of children.splice(0)) await child.kill();
    });
    afterAll(() => records.stop());

    it('leaves whole steps alone, and the next start goes on from there, time after time', async () => {
      for (const point of points) {
        const child = start(point.when === 'sent' ? 'die' : 'hold', statementAt(point));
        if (point.when === 'answered') await child.waitForLine((line) => line === 'holds');
        else await expect(child.waitForLine(() => false)).rejects.toThrow('The process ended');
        await child.kill();
        expect(child.lines.filter((line) => line !== 'holds')).toEqual([]);
      }
      const database = await records.open();
      await migrate(database.pool);
      expect(await schemaOf(database.pool)).toEqual(await records.peaceful());
      const { rows } = await database.pool.query<{ name: string }>(
        'SELECT name FROM quartermaster_migrations ORDER BY version',
      );
      const own = await readMigrations(findMigrationsFolder());
      expect(rows.map(({ name }) => name)).toEqual(own.map(({ name }) => name));
      await database.close();
    });
  });
}

/** Columns and indexes, a line each. */
export async function schemaOf(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line
       FROM information_schema.columns WHERE table_schema = 'public'
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
}
