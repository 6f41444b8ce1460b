import { join } from 'node:path';
import { LOG_LEVELS } from '../../../logs/core/log-level.js';
import { sqlText } from '../sql-text.js';
import { CATALOGUE_CHANGED } from './change-catalogue.js';
import { type StoredSpan, stretchSql } from './log-stretches.js';

/** What is the same for many lines of a container: kept once a chunk, repeated (and packed) in segments. */
export const ORIGIN_COLUMNS = [
  'namespace',
  'pod',
  'pod_uid',
  'container',
  'container_id',
  'restart',
  'node',
  'workload',
  'labels',
  'unit',
  'stream',
  'source',
] as const;

/**
 * What each line has for itself. Times are nanoseconds since the epoch. `arrival` numbers all lines in the order in which they came. `fields` is a JSON object. `lowered`
 * is the message in lower case where DuckDB's own lower case would differ.
 */
export const LINE_COLUMNS = [
  'time',
  'observed',
  'arrival',
  'sequence',
  'level',
  'cut',
  'message',
  'lowered',
  'fields',
] as const;

export const ALL_COLUMNS = [...LINE_COLUMNS, ...ORIGIN_COLUMNS];

const LEVELS = LOG_LEVELS.map((level) => `'${level}'`).join(', ');

export const linesTable = (chunk: number): string => `lines_${String(chunk)}`;
export const originsTable = (chunk: number): string => `origins_${String(chunk)}`;

/** The statements that make a chunk, within a transaction: lines that are not in segments yet, and their origins. A level is its place in `LOG_LEVELS`, from 1 on. */
export function chunkTables(chunk: number): string[] {
  return [
    `CREATE TABLE ${linesTable(chunk)} (
       time BIGINT NOT NULL, observed BIGINT NOT NULL, arrival BIGINT NOT NULL, sequence UINTEGER NOT NULL, level UTINYINT, cut UINTEGER,
       message VARCHAR NOT NULL, lowered VARCHAR, fields VARCHAR, origin UINTEGER NOT NULL)`,
    `CREATE TABLE ${originsTable(chunk)} (
       id UINTEGER NOT NULL, namespace VARCHAR, pod VARCHAR, pod_uid VARCHAR, container VARCHAR, container_id VARCHAR, restart UINTEGER, node VARCHAR,
       workload VARCHAR, labels VARCHAR, unit VARCHAR, stream VARCHAR, source VARCHAR NOT NULL)`,
    CATALOGUE_CHANGED,
  ];
}

/** The query that gives a chunk's lines with all columns. */
export function chunkSource(chunk: number): string {
  return chunkColumns(linesTable(chunk), chunk);
}

function chunkColumns(lines: string, chunk: number): string {
  const own = LINE_COLUMNS.map((column) => (column === 'level' ? `[${LEVELS}][l.level] AS level` : `l.${column}`));
  const shared = ORIGIN_COLUMNS.map((column) => `o.${column}`);
  return `SELECT ${[...own, ...shared].join(', ')} FROM ${lines} l JOIN ${originsTable(chunk)} o ON o.id = l.origin`;
}

/** Lines of one origin stand together, and origins in this order. */
const ORIGIN_ORDER = 'namespace, pod, container, node, unit, pod_uid, stream';

/**
 * The same in the order of segments. Origins are numbered in their order first, lines are sorted by that number, and get their origins' columns afterwards: sorted with all columns by all of
 * these texts, 500,000 lines took three times as much CPU. DuckDB keeps the order of the larger side of a join (`preserve_insertion_order`); were it not so, files would be larger, not wrong.
 * @param condition on the table's columns
 */
export function orderedChunkSource(chunk: number, condition: string, span: StoredSpan): string {
  const places = `SELECT id, dense_rank() OVER (ORDER BY ${ORIGIN_ORDER}) AS place FROM ${originsTable(chunk)}`;
  const sorted = `SELECT l.* FROM ${linesTable(chunk)} l JOIN (${places}) p ON p.id = l.origin WHERE ${condition} ORDER BY ${segmentOrder(span, 'place')}`;
  return chunkColumns(`(${sorted})`, chunk);
}

/** The query that gives the lines of segments. @param condition on them */
export function segmentSource(folder: string, files: readonly string[], condition = 'true'): string {
  const paths = files.map((file) => sqlText(join(folder, file))).join(', ');
  return `SELECT ${ALL_COLUMNS.join(', ')} FROM read_parquet([${paths}]) WHERE ${condition}`;
}

/**
 * The order of lines in segments: by stretches of time, so that a question about an hour reads a part of the file; within each by where they come from, so that those of a
 * namespace (or a pod) stand in few row groups; then by time.
 * @param origin what lines are sorted by within a stretch
 */
export function segmentOrder(span: StoredSpan, origin = ORIGIN_ORDER): string {
  return `${stretchSql(span)}, ${origin}, time, sequence, arrival`;
}
