import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Database } from '../../src/adapters/postgres/database.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';
import { findMigrationsFolder, readMigrations } from '../../src/adapters/postgres/read-migrations.js';
import { packageRoot } from '../../src/platform/version.js';

/** Records as the product leaves them at the end of its first start, with nothing in them yet. */
interface PreparedRecords {
  /** As a folder that a process may be given a copy of: `DATA_DIR/records`. */
  readonly folder: string;
  /** As a file that a database in memory begins with. */
  readonly image: string;
}

/**
 * Makes them by the product's own code, once for each state of the migrations and version of the engine: PostgreSQL's initdb takes two CPU
 * seconds, a copy a fifth of that. They are kept beside the packages, so `npm ci` sweeps them away.
 */
export async function preparedRecords(): Promise<PreparedRecords> {
  const cache = join(packageRoot(), 'node_modules', '.cache', 'quartermaster-records');
  const home = join(cache, await stateOfRecords());
  if (!existsSync(home)) {
    mkdirSync(cache, { recursive: true });
    const unfinished = await mkdtemp(`${home}.`);
    await make(partsOf(unfinished));
    await rename(unfinished, home).catch(async (error: unknown) => {
      await rm(unfinished, { recursive: true });
      if (!existsSync(home)) throw error; // else another test's process has just made them
    });
  }
  return partsOf(home);
}

/** Makes a data folder whose records are prepared, for a program whose very first start is another test's matter. @returns `dataDir` */
export async function prepareDataDir(dataDir: string): Promise<string> {
  cpSync((await preparedRecords()).folder, join(dataDir, 'records'), { recursive: true });
  return dataDir;
}

function partsOf(home: string): PreparedRecords {
  return { folder: join(home, 'records'), image: join(home, 'records.tar') };
}

async function make({ folder, image }: PreparedRecords): Promise<void> {
  const database = await Database.openEmbedded({ folder });
  await migrate(database.pool);
  await database.close();
  const engine = await PGlite.create(folder);
  const tar = await engine.dumpDataDir('none');
  await engine.close();
  await writeFile(image, Buffer.from(await tar.arrayBuffer()));
}

async function stateOfRecords(): Promise<string> {
  const manifest = join(dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite')), '..', 'package.json');
  const hash = createHash('sha256').update(readFileSync(manifest));
  for (const { name, checksum } of await readMigrations(findMigrationsFolder())) hash.update(`${name} ${checksum}\n`);
  return hash.digest('hex').slice(0, 16);
}
