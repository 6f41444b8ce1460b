import type { DescribeFile } from './damaged-files.js';
import { partOf } from './metric-layout.js';

/** What a file of the metric store is, for whoever reads that it was set aside. */
export const describeMetricFile: DescribeFile = (name) => {
  if (name === 'metrics.duckdb') return { what: 'the database of open days' };
  if (name.startsWith('metrics.duckdb.wal')) return { what: 'the write-ahead log' };
  if (name === 'catalogue.duckdb') return { what: "the catalogue's copy" };
  const part = partOf(name.replace('.parquet', ''));
  if (!part) return { what: 'a file of closed days', isSegment: true };
  return { what: `${part.kind} samples of ${new Date(part.dayMs).toISOString().slice(0, 10)}`, isSegment: true };
};
