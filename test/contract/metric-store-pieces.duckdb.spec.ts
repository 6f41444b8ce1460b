import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { describeGroups } from './metric-store-groups.contract.js';
import { StoreFixture } from './metric-store.fixture.js';

/** So few points that hardly a question fits in one piece. */
describe('MetricStore on DuckDB, which puts a step or two together at a time', () => {
  const fixture = new StoreFixture();
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'metric-store-'));
  });
  afterAll(() => rm(root, { recursive: true }));
  beforeEach(async () => {
    const store = await DuckdbMetricStore.open({ folder: await mkdtemp(join(root, 'store-')), groupPoints: 4 });
    fixture.take({ writer: store.writer, reader: store.reader, close: () => store.close() });
  });
  afterEach(() => fixture.store.close());

  describeGroups(fixture);
});
