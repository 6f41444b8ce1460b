import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitsFrom, inspectLog } from './inspect-log.js';

const HEAD = 8;
const COMMITS = 6;

/** On logs that DuckDB itself wrote: these fail when a new version writes another format. */
describe('inspectLog', () => {
  let folder: string;
  let path: string;
  let log: Buffer;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'inspect-log-'));
    path = join(folder, 'copy.wal');
    const instance = await DuckDBInstance.create(join(folder, 'a.duckdb'));
    const connection = await instance.connect();
    await connection.run('CREATE TABLE t (a INTEGER)');
    for (let count = 1; count < COMMITS; count += 1) {
      await connection.run(`INSERT INTO t SELECT * FROM range(${String(count * 1000)})`);
    }
    cpSync(join(folder, 'a.duckdb.wal'), path);
    log = readFileSync(path);
    connection.closeSync();
    instance.closeSync();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const lengthAt = (offset: number): number => Number(log.readBigUInt64LE(offset));
  /** Where the entries begin. */
  const entries = (): number[] => {
    const offsets = [];
    for (let offset = HEAD; offset < log.length; offset += 16 + lengthAt(offset)) offsets.push(offset);
    return offsets;
  };

  it('finds a log whole that DuckDB has just written', () => {
    expect(inspectLog(path)).toEqual({ bytes: log.length, wholeBytes: log.length, commitsAfter: 0 });
    expect(commitsFrom(path, 0)).toBe(COMMITS);
  });

  it.each([1, 15, 16, 17])(
    'finds the torn end that a kill leaves, %p bytes of an entry, and no commit in it',
    (torn) => {
      const last = entries().at(-2) ?? 0;
      writeFileSync(path, log.subarray(0, last + torn));
      expect(inspectLog(path)).toEqual({ bytes: last + torn, wholeBytes: last, commitsAfter: 0 });
    },
  );

  it('finds the commits that stand after a length that is wrong', () => {
    const [, second = 0] = entries();
    expect(lengthAt(second)).toBe(5); // the commit of CREATE TABLE
    log[second + 5] = 1;
    writeFileSync(path, log);
    expect(inspectLog(path)).toEqual({ bytes: log.length, wholeBytes: second, commitsAfter: COMMITS - 1 });
  });

  it('takes garbage for nothing that can be read', () => {
    writeFileSync(path, Buffer.alloc(100, 7));
    expect(inspectLog(path)).toEqual({ bytes: 100, wholeBytes: 0, commitsAfter: 1 });
  });

  it.each([0, 1, HEAD - 1, HEAD])('finds no fault with a log whose making was killed after %p bytes', (bytes) => {
    writeFileSync(path, log.subarray(0, bytes));
    expect(inspectLog(path)).toEqual({ bytes, wholeBytes: bytes, commitsAfter: 0 });
  });

  it('counts a commit once that stands across the pieces in which the log is read', () => {
    const commit = log.subarray(-21);
    for (const before of [(1 << 20) - 21, (1 << 20) - 20, (1 << 20) - 1, 1 << 20]) {
      writeFileSync(path, Buffer.concat([Buffer.alloc(before), commit, commit]));
      expect([before, commitsFrom(path, 0)]).toEqual([before, 2]);
    }
  });

  it('leaves a log of another version, and one that is absent, to DuckDB', () => {
    log[5] = 9;
    writeFileSync(path, log);
    expect(inspectLog(path)).toBeUndefined();
    expect(inspectLog(join(folder, 'absent'))).toBeUndefined();
  });
});
