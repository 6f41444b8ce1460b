import type { Pool, PoolClient } from 'pg';
import { type Migration, findMigrationsFolder, readMigrations } from './read-migrations.js';
import { waitForSilent } from './silence.js';

/** The records were written by a newer release of the program. */
export class SchemaNewerError extends Error {
  override readonly name = 'SchemaNewerError';
  constructor(
    readonly databaseVersion: number,
    readonly programVersion: number,
  ) {
    super(
      `The records are at schema version ${databaseVersion}, this program knows up to ${programVersion}: ` +
        'start the release that wrote them or a newer one. There is no way back but a backup.',
    );
  }
}

/** A migration that the database has seen is another one now, or is not there any more, or one was put before it. */
export class MigrationChangedError extends Error {
  override readonly name = 'MigrationChangedError';
  constructor(readonly migration: string) {
    super(
      `Migration ${migration} is not what was applied to these records: start an unmodified release of the program. ` +
        'A change of the schema is a new migration with a higher number.',
    );
  }
}

/** What `migrate` did. */
export interface Migrated {
  /** The schema's version now; 0 without any migration. */
  readonly version: number;
  /** Names of the migrations applied by this call, in order. */
  readonly applied: readonly string[];
}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/** 'Quar': the advisory lock that starters wait at. */
const LOCK = 0x51_75_61_72;

const LEDGER = `CREATE TABLE IF NOT EXISTS quartermaster_migrations (
  version integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;

/**
 * Brings the schema up to date: each missing migration in a transaction of its own together with its row in the ledger, so that a kill
 * leaves the steps before it, and the next call goes on there. Concurrent callers wait for each other, step by step.
 *
 * @param folder where the migrations are; default: this package's.
 * @throws SchemaNewerError, MigrationChangedError, or the database's error of the step that failed, named, as `cause`.
 */
export async function migrate(pool: Pool, folder: string = findMigrationsFolder()): Promise<Migrated> {
  const migrations = await readMigrations(folder);
  const applied: string[] = [];
  const client = await pool.connect();
  try {
    waitForSilent(client);
    for (;;) {
      const step = await inLockedTransaction(client, () => applyNext(client, migrations));
      if (!step) break;
      applied.push(step.name);
    }
  } finally {
    client.release(true); // ends the connection, and with it a transaction that failed, the lock and the patience
  }
  return { version: migrations.at(-1)?.version ?? 0, applied };
}

async function applyNext(client: PoolClient, migrations: readonly Migration[]): Promise<Migration | undefined> {
  await client.query(LEDGER);
  const { rows } = await client.query<Applied>(
    'SELECT version, name, checksum FROM quartermaster_migrations ORDER BY version',
  );
  const next = findNext(migrations, rows);
  if (!next) return undefined;
  try {
    await client.query(next.sql);
  } catch (error) {
    throw new Error(`Migration ${next.name} failed: ${(error as Error).message}`, { cause: error });
  }
  const values = [next.version, next.name, next.checksum];
  await client.query('INSERT INTO quartermaster_migrations (version, name, checksum) VALUES ($1, $2, $3)', values);
  return next;
}

/** The first migration that is missing in the ledger. What is in the ledger must be the beginning of the program's list. */
function findNext(migrations: readonly Migration[], applied: readonly Applied[]): Migration | undefined {
  const latest = migrations.at(-1)?.version ?? 0;
  const newest = applied.at(-1)?.version ?? 0;
  if (newest > latest) throw new SchemaNewerError(newest, latest);
  for (const [index, row] of applied.entries()) {
    const known = migrations[index];
    if (known?.version !== row.version || known.checksum !== row.checksum) throw new MigrationChangedError(row.name);
  }
  return migrations[applied.length];
}

async function inLockedTransaction<Result>(client: PoolClient, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN');
  await client.query('SET LOCAL statement_timeout = 0');
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  const result = await work();
  await client.query('COMMIT');
  return result;
}
