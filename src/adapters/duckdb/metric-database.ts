import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddedDatabaseOptions, StoreKind } from './database-opening.js';
import { describeMetricFile } from './describe-metric-file.js';
import { EmbeddedDatabase } from './embedded-database.js';
import { type Layout, loadLayout } from './metric-layout.js';
import { migrateMetricSchema } from './metric-schema.js';
import { rebuildDatabase } from './rebuild-database.js';

/** The database of the metric store: open days, the catalogue and the manifest of closed days. */
export type MetricDatabase = EmbeddedDatabase<Layout>;

const METRICS: StoreKind<Layout> = {
  name: 'metric store',
  file: 'metrics.duckdb',
  memoryVariable: 'METRICS_MEMORY',
  // 300 columns are appended to, each in a block of its own that is partly filled: docs/decisions/memory.md
  blockBytes: 32_768,
  appendRatio: 3 / 8,
  describeFile: describeMetricFile,
  migrate: migrateMetricSchema,
  loadLayout,
  rebuild: rebuildDatabase,
  /** A closing's leftover has its table still. */
  async keepUnlisted({ layout: { parts }, files, damaged }) {
    const known = new Set(parts.map(({ name, isSegment }) => (isSegment ? name : `${name}.parquet`)));
    for (const file of await readdir(files.segments)) {
      if (!file.endsWith('.parquet') || known.has(file)) continue;
      await damaged.setAside(join(files.segments, file), 'What listed it is lost');
    }
  },
};

/** Opens it, makes it when it is missing. */
export function openMetricDatabase(options: EmbeddedDatabaseOptions): Promise<MetricDatabase> {
  return EmbeddedDatabase.open(METRICS, options);
}
