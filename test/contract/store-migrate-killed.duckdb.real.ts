import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DuckdbLogStore } from '../../src/adapters/duckdb/logs/log-store.duckdb.js';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { startTypescriptChild } from '../support/typescript-child.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quartermaster-store-killed-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** @returns how many statements it sent when it came to its end; undefined when it was killed before */
async function migrateInChild(store: string, statement: number): Promise<number | undefined> {
  const child = startTypescriptChild('./store-migrator.main.ts', folder, store, String(statement));
  await expect(child.waitForLine(() => false)).rejects.toThrow('The process ended');
  const [, sent] = child.lines.at(-1)?.split(' ') ?? [];
  return sent === undefined ? undefined : Number(sent);
}

describe('a kill while a store brings its schema up to date', () => {
  it.each([
    { store: 'metrics', open: () => DuckdbMetricStore.open({ folder }) },
    { store: 'logs', open: () => DuckdbLogStore.open({ folder }) },
  ])('leaves whole steps alone, at each statement: $store', async ({ store, open }) => {
    const all = (await migrateInChild(store, 0)) ?? 0;
    expect(all).toBeGreaterThan(10);
    for (let statement = 1; statement <= all; statement += 3) {
      await rm(folder, { recursive: true });
      expect(await migrateInChild(store, statement)).toBeUndefined();
      const opened = await open();
      expect(await opened.damage()).toBeUndefined();
      await opened.close();
    }
  });
});
