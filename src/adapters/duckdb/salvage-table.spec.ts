import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { salvageSamples, salvageTable, tablesOf } from './salvage-table.js';

const GROUP = 122_880;
const ROWS = 3 * GROUP;
/** DuckDB's file: three blocks of head, then blocks of this size. */
const HEAD = 3 * 4096;
const BLOCK = 262_144;
const TABLE = 'pod_20260304_g1';

describe('salvaging a table of a damaged database', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'salvage-'));
    path = join(folder, 'a.duckdb');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Makes a database with three row groups of samples, and spoils a block of a column in one of them. */
  async function spoil(column: string, group: number): Promise<void> {
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run('CREATE TABLE objects AS SELECT 1::UINTEGER AS id UNION ALL SELECT 2');
    await connection.run('CREATE TABLE scopes AS SELECT 1::UINTEGER AS id');
    await connection.run('CREATE TABLE written_20260304_g1 (cycle_at BIGINT, scope_id UINTEGER)');
    await connection.run(
      `CREATE TABLE ${TABLE} AS SELECT (hash(range) >> 2)::BIGINT AS cycle_at, 1::UINTEGER AS scope_id,
         (1 + hash(range) % 3)::UINTEGER AS object_id, NULL::BIGINT AS sampled_at, random() AS a, random() AS b
       FROM range(${String(ROWS)})`,
    );
    await connection.run('CHECKPOINT');
    const found = await connection.runAndReadAll(
      `SELECT block_id::DOUBLE FROM pragma_storage_info('${TABLE}')
       WHERE column_name = '${column}' AND row_group_id = ${String(group)} AND segment_type <> 'VALIDITY' AND block_id >= 0`,
    );
    const block = Number(found.getRowsJS()[0]?.[0]);
    connection.closeSync();
    instance.closeSync();
    const bytes = readFileSync(path);
    const at = HEAD + block * BLOCK + BLOCK / 2;
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    writeFileSync(path, bytes);
  }

  async function salvage(condition?: string) {
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    await connection.run(`ATTACH '${path}' AS damaged (READ_ONLY)`);
    const table = (await tablesOf(connection, 'damaged')).get(TABLE);
    if (!table) throw new Error('The table is gone');
    const salvaged = await salvageTable(connection, table, condition);
    const counts = await connection.runAndReadAll(
      `SELECT count(*)::INTEGER, count(a)::INTEGER, count(b)::INTEGER FROM ${TABLE}`,
    );
    connection.closeSync();
    instance.closeSync();
    return { ...salvaged, counts: counts.getRowsJS()[0] };
  }

  it('takes the rows of a group without the metric whose block is damaged', async () => {
    await spoil('a', 1);
    expect(await salvage()).toEqual({ rows: ROWS, rowsDamaged: GROUP, counts: [ROWS, ROWS - GROUP, ROWS] });
  });

  it('leaves out the rows of a group whose time nobody can tell', async () => {
    await spoil('cycle_at', 2);
    expect(await salvage()).toEqual({
      rows: ROWS - GROUP,
      rowsDamaged: GROUP,
      counts: [ROWS - GROUP, ROWS - GROUP, ROWS - GROUP],
    });
  });

  it('takes only the rows that meet the condition', async () => {
    await spoil('a', 0);
    const { counts } = await salvage('cycle_at < 0');
    expect(counts).toEqual([0, 0, 0]);
  });

  it('leaves out rows of objects that the catalogue does not know, whose ids will be given to others', async () => {
    await spoil('a', 0);
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    await connection.run(`ATTACH '${path}' AS damaged (READ_ONLY)`);
    await connection.run('CREATE TABLE objects AS FROM damaged.objects WHERE id = 1');
    await connection.run('CREATE TABLE scopes AS FROM damaged.scopes');
    await salvageSamples(connection, 'damaged');
    const ids = await connection.runAndReadAll(`SELECT DISTINCT object_id FROM ${TABLE}`);
    expect(ids.getRowsJS()).toEqual([[1]]);
    connection.closeSync();
    instance.closeSync();
  });
});
