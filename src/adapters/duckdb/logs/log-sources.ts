import type { DuckDBConnection } from '@duckdb/node-api';
import { join } from 'node:path';
import type { LogFilter, LogSpan } from '../../../logs/core/filter/log-filter.js';
import { type SelectLabels, filterSql, requiredTokens } from './filter-sql.js';
import { ALL_COLUMNS, chunkSource, originsTable, segmentSource } from './log-columns.js';
import { filterName, type LogSegment } from './log-segment.js';
import { stretchCount, stretchSpan } from './log-stretches.js';
import { requireRegexes } from './require-regexes.js';
import { stretchesWith } from './token-filter.js';

const LARGEST_NS = 2n ** 63n - 1n;

/** Where lines stand that a question is about. */
export interface LogSources {
  readonly chunks: readonly number[];
  readonly segments: readonly SoughtSegment[];
}

export interface SoughtSegment extends LogSegment {
  /** When its lines were written that the question can be about; absent: any time. */
  readonly spans?: readonly LogSpan[];
}

/** The query that gives all lines of some sources; undefined when there are none. */
export function sourceSql({ chunks, segments }: LogSources, folder: string): string | undefined {
  const selects = chunks.map(chunkSource);
  if (segments.length > 0)
    selects.push(
      segmentSource(
        folder,
        segments.map(({ file }) => file),
        spansSql(segments),
      ),
    );
  return selects.length === 0
    ? undefined
    : selects.map((select) => `SELECT ${ALL_COLUMNS.join(', ')} FROM (${select})`).join(' UNION ALL ');
}

/** The sources that can hold lines of a span which a filter lets through, as far as the manifest tells. */
export function sourcesFor(sources: LogSources, filter: LogFilter, { fromNs, toNs }: LogSpan): LogSources {
  const namespaces = askedNamespaces(filter);
  const segments = sources.segments.filter(
    (segment) =>
      segment.lastTime >= fromNs &&
      segment.firstTime < toNs &&
      (!namespaces || !segment.namespaces || segment.namespaces.some((name) => namespaces.has(name))),
  );
  return { chunks: sources.chunks, segments };
}

/** The segments, and their stretches, whose words can be those that the filter asks for. */
export async function withTokens(
  segments: readonly LogSegment[],
  { filter, span, folder }: { filter: LogFilter; span: LogSpan; folder: string },
): Promise<SoughtSegment[]> {
  const tokens = [...new Set(requiredTokens(filter))];
  if (tokens.length === 0) return [...segments];
  const sought = segments.map(async (segment): Promise<SoughtSegment[]> => {
    const stretches = await stretchesWith(join(folder, filterName(segment.file)), tokens, segment);
    const spans = stretches
      .map((stretch) => stretchSpan(segment, stretch))
      .filter(({ fromNs, toNs }) => toNs > span.fromNs && fromNs < span.toNs);
    if (spans.length === 0) return [];
    return [spans.length === stretchCount(segment) ? segment : { ...segment, spans }];
  });
  return (await Promise.all(sought)).flat();
}

function spansSql(segments: readonly SoughtSegment[]): string {
  if (segments.some(({ spans }) => !spans)) return 'true';
  const spans = segments.flatMap(({ spans = [] }) => spans);
  return spans
    .map(({ fromNs, toNs }) => `(time >= ${nanoseconds(fromNs)} AND time < ${nanoseconds(toNs)})`)
    .join(' OR ');
}

/** The filter and the span as a condition; label selectors are decided on the label sets that the sources have. @throws ProblemError 422 for a regular expression that is none here */
export async function conditionFor(
  connection: DuckDBConnection,
  sources: LogSources,
  { filter, span, folder }: { filter: LogFilter; span?: LogSpan; folder: string },
): Promise<string> {
  await requireRegexes(connection, filter);
  const hasLabels = filter.terms.some(({ condition }) => condition.kind === 'labels');
  const sets = hasLabels ? await labelSets(connection, sources, folder) : [];
  const select: SelectLabels = ({ matches }) => sets.filter(({ labels }) => matches(labels)).map(({ text }) => text);
  const condition = filterSql(filter, select);
  return span ? `time >= ${nanoseconds(span.fromNs)} AND time < ${nanoseconds(span.toNs)} AND ${condition}` : condition;
}

/** As SQL; what DuckDB has no number for is as late as can be. */
export function nanoseconds(ns: bigint): string {
  return String(ns > LARGEST_NS ? LARGEST_NS : ns < 0n ? 0n : ns);
}

/** Undefined: any. */
function askedNamespaces({ visibleNamespaces, terms }: LogFilter): ReadonlySet<string> | undefined {
  const lists = terms.flatMap(({ condition, isNegated }) =>
    condition.kind === 'exact' && condition.key === 'namespace' && !isNegated ? [condition.values] : [],
  );
  if (visibleNamespaces) lists.push(visibleNamespaces);
  const [first, ...others] = lists;
  return first && new Set(first.filter((name) => others.every((list) => list.includes(name))));
}

async function labelSets(
  connection: DuckDBConnection,
  { chunks, segments }: LogSources,
  folder: string,
): Promise<{ text: string; labels: Record<string, string> }[]> {
  const selects = chunks.map((chunk) => `SELECT DISTINCT labels FROM ${originsTable(chunk)}`);
  if (segments.length > 0) {
    selects.push(
      `SELECT DISTINCT labels FROM (${segmentSource(
        folder,
        segments.map(({ file }) => file),
      )})`,
    );
  }
  if (selects.length === 0) return [];
  const result = await connection.runAndReadAll(
    `SELECT DISTINCT coalesce(labels, '{}') FROM (${selects.join(' UNION ALL ')})`,
  );
  return (result.getRowsJS() as [string][]).map(([text]) => ({
    text,
    labels: JSON.parse(text) as Record<string, string>,
  }));
}
