import { describe, expect, it } from '@jest/globals';
import { type Damage, damageOf } from './damage-error.js';

const TABLE: readonly [string, Damage | undefined][] = [
  [
    'IO Error: Failure while replaying WAL file "/d/metrics.duckdb.wal": Corrupt WAL file: entry at byte position 116 computed checksum 1 does not match stored checksum 2',
    { part: 'log', atByte: 100 },
  ],
  [
    'Catalog Error: Failure while replaying WAL file "/d/metrics.duckdb.wal": Table with name "a" already exists!',
    { part: 'log' },
  ],
  [
    'IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at location 12288',
    { part: 'database' },
  ],
  ['IO Error: The file "/d/metrics.duckdb" exists, but it is not a valid DuckDB database file!', { part: 'database' }],
  [
    'IO Error: Could not read enough bytes from file "/d/metrics.duckdb": attempted to read 8 bytes from location 9',
    { part: 'database' },
  ],
  ['IO Error: Could not read from file "/d/metrics.duckdb": Input/output error', { part: 'database' }],
  [
    'IO Error: Could not read enough bytes from file "/d/segments/pod_20260304_g1.parquet": attempted to read 8 bytes from location 9',
    { part: 'segment' },
  ],
  ['IO Error: Could not read from file "/d/segments/pod_20260304_g1.parquet": Input/output error', { part: 'segment' }],
  ['IO Error: No files found that match the pattern "/d/segments/pod_20260304_g1.parquet"', { part: 'segment' }],
  ['Invalid Error: TProtocolException: Invalid data', { part: 'segment' }],
  ['Invalid Input Error: ZSTD Decompression failure', { part: 'segment' }],
  ['IO Error: Could not write file "/d/metrics.duckdb.wal": No space left on device', undefined],
  ['IO Error: Could not set lock on file "/d/metrics.duckdb": Conflicting lock is held', undefined],
  ['INTERRUPT Error: Interrupted!', undefined],
  ['Out of Memory Error: failed to allocate data of size 16.0 MiB', undefined],
  ['Catalog Error: Table with name a does not exist!', undefined],
  ['INTERNAL Error: Attempted to access index 3 within vector of size 3', undefined],
];

describe('damageOf', () => {
  it.each(TABLE)('of "%s" is %j', (message, damage) => {
    expect(damageOf(new Error(message), 'running')).toEqual(damage);
  });

  it('takes an inner error of DuckDB for damage only when a file is opened', () => {
    const error = new Error('INTERNAL Error: Failed to load metadata pointer');
    expect(damageOf(error, 'opening')).toEqual({ part: 'database' });
  });

  it('knows nothing of what is no error', () => {
    expect(damageOf('Corrupt database file', 'opening')).toBeUndefined();
  });
});
