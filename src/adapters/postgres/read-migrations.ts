import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One step of the schema. */
export interface Migration {
  /** The number that its file's name begins with; steps are applied in its order. */
  readonly version: number;
  /** The file's name. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly checksum: string;
}

/** `migrations/` of this package, from the compiled program and from its source alike. */
export function findMigrationsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder))
      throw new Error('No package.json above the program: the migrations cannot be found');
    folder = dirname(folder);
  }
  return join(folder, 'migrations');
}

/** Reads `NNNN_subject.sql` files in the order of their numbers. Other files are refused, and so is a number that stands twice. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(names.map((name) => readMigration(folder, name)));
  migrations.forEach(({ version, name }, index) => {
    if (migrations[index - 1]?.version === version) throw new Error(`Migration ${version} stands twice: ${name}`);
  });
  return migrations;
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const number = /^(\d{4})_[\w-]+\.sql$/.exec(name)?.[1];
  if (number === undefined) throw new Error(`A migration is named NNNN_subject.sql: ${name}`);
  const sql = await readFile(join(folder, name), 'utf8');
  return { version: Number(number), name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}
