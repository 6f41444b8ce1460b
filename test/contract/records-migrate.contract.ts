import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import type { Database } from '../../src/adapters/postgres/database.js';
import { MigrationChangedError, SchemaNewerError, migrate } from '../../src/adapters/postgres/migrate.js';
import { findMigrationsFolder, readMigrations } from '../../src/adapters/postgres/read-migrations.js';

/** How the schema of the records comes up to date, on either engine. */
export function describeRecordsMigrate(
  engine: string,
  open: () => Promise<{ database: Database; stop(): Promise<void> }>,
): void {
  describe(`migrations on ${engine}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let pool: Pool;
    let folder: string;

    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(async () => {
      const schema = `migrate_${randomUUID().replaceAll('-', '')}`;
      await opened.database.pool.query(`CREATE SCHEMA ${schema}`);
      pool = opened.database.schemaPool({ schema });
      folder = await mkdtemp(join(tmpdir(), 'quartermaster-migrations-'));
      await put('0001_first.sql', 'CREATE TABLE first (id int); INSERT INTO first VALUES (1);');
      await put('0002_second.sql', 'ALTER TABLE first ADD COLUMN name text;');
    });
    afterEach(async () => {
      const { rows } = await pool.query<{ schema: string }>('SELECT current_schema() AS schema');
      await pool.query(`DROP SCHEMA ${rows[0]?.schema} CASCADE`);
      await rm(folder, { recursive: true, force: true });
    });
    afterAll(async () => {
      await opened.database.close();
      await opened.stop();
    });
    const put = (name: string, sql: string): Promise<void> => writeFile(join(folder, name), sql);
    const versions = async (): Promise<number[]> =>
      (await pool.query<{ version: number }>('SELECT version FROM quartermaster_migrations ORDER BY 1')).rows.map(
        ({ version }) => version,
      );

    it('applies what is missing in order, once, and tells what it did', async () => {
      expect(await migrate(pool, folder)).toEqual({ version: 2, applied: ['0001_first.sql', '0002_second.sql'] });
      expect(await migrate(pool, folder)).toEqual({ version: 2, applied: [] });
      await put('0003_third.sql', 'CREATE TABLE third (id int);');
      expect(await migrate(pool, folder)).toEqual({ version: 3, applied: ['0003_third.sql'] });
      expect((await pool.query('SELECT * FROM first')).rows).toEqual([{ id: 1, name: null }]);
    });

    it('is done once when several processes start at once', async () => {
      const done = await Promise.all(Array.from({ length: 5 }, () => migrate(pool, folder)));
      expect(done.flatMap(({ applied }) => applied).sort()).toEqual(['0001_first.sql', '0002_second.sql']);
      expect((await pool.query('SELECT count(*) FROM first')).rows).toEqual([{ count: '1' }]);
    });

    it('undoes a step that fails, keeps those before it, and goes on from there once it is mended', async () => {
      await put('0003_third.sql', 'CREATE TABLE third (id int); SELECT 1 / 0;');
      await expect(migrate(pool, folder)).rejects.toThrow('0003_third.sql failed: division by zero');
      expect(await versions()).toEqual([1, 2]);
      await put('0003_third.sql', 'CREATE TABLE third (id int);');
      expect((await migrate(pool, folder)).applied).toEqual(['0003_third.sql']);
    });

    it('refuses records that a newer release wrote, and leaves them alone', async () => {
      await migrate(pool, folder);
      await rm(join(folder, '0002_second.sql'));
      const refusal = migrate(pool, folder);
      await expect(refusal).rejects.toThrow(SchemaNewerError);
      await expect(refusal).rejects.toThrow('schema version 2, this program knows up to 1');
      expect(await versions()).toEqual([1, 2]);
    });

    it('refuses a migration that was changed, taken away or put before others after it was applied', async () => {
      await migrate(pool, folder);
      await put('0001_first.sql', 'CREATE TABLE other (id int);');
      await expect(migrate(pool, folder)).rejects.toThrow(MigrationChangedError);
      await rm(join(folder, '0001_first.sql'));
      await expect(migrate(pool, folder)).rejects.toThrow('0001_first.sql is not what was applied');
    });

    it("applies the program's own migrations", async () => {
      const own = await readMigrations(findMigrationsFolder());
      expect((await migrate(pool)).applied).toEqual(own.map(({ name }) => name));
    });
  });
}
