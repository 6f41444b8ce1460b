import { type DuckDBConnection, type DuckDBValue, listValue } from '@duckdb/node-api';
import type { MetricObject, ObjectType } from '../../metrics/core/sample.js';
import type { ObjectSelector } from '../../metrics/metric-store.port.js';
import type { KnownLabels } from './known-labels.js';
import { type Labels, NO_LABELS } from './label-sets.js';
import { readColumns, readRows } from './read-rows.js';
import type { FoundObject } from './read-series.js';
import { sqlText } from './sql-text.js';

/** A condition on `objects o`, with its values for `$1`, `$2`, ... if it has any. */
export interface ObjectCondition {
  readonly sql: string;
  readonly values?: DuckDBValue[];
  /** True when it takes every object of the type. */
  readonly isWholeType: boolean;
}

/** The order of every answer: by identity. */
export const IDENTITY_ORDER = 'o.namespace, o.node, o.pod, o.container, o.resource, o.pod_uid';

const OWN_COLUMNS =
  'o.type, o.node, o.namespace, o.pod, o.pod_uid, o.container, CASE WHEN o.labeled THEN o.resource END, o.workload';

/** What `toObject` reads, in its order. */
export const OBJECT_COLUMNS = `${OWN_COLUMNS}, l.labels`;

/**
 * Turns a selector into a condition. Labels are judged once a label set, not once an object.
 * @param labeled whether to take the objects that have a resource or those that have none; undefined takes both
 */
export async function objectCondition(
  connection: DuckDBConnection,
  select: ObjectSelector,
  labeled: boolean | undefined,
): Promise<ObjectCondition> {
  const terms = [`o.type = ${sqlText(select.type)}`];
  const require = (column: string, value: string | undefined) => {
    if (value !== undefined) terms.push(`o.${column} = ${sqlText(value)}`);
  };
  require('node', select.node);
  require('namespace', select.namespace);
  require('pod', select.pod);
  require('container', select.container);
  require('workload', select.workload);
  require('resource', select.resource);
  if (select.resource !== undefined) terms.push('o.labeled');
  const isNarrowed = terms.length > 1;
  if (labeled !== undefined) terms.push(labeled ? 'o.labeled' : 'NOT o.labeled');
  if (select.visibleNamespaces) {
    const names = select.visibleNamespaces.map(sqlText);
    terms.push(names.length > 0 ? `o.namespace IN (${names.join(', ')})` : 'false');
  }
  if (select.matchesLabels) {
    const ids = await matchingLabelSets(connection, terms.join(' AND '), select.matchesLabels);
    terms.push(ids.length > 0 ? `o.labels_id IN (${ids.join(', ')})` : 'false');
  }
  const isWholeType = !isNarrowed && !select.visibleNamespaces && !select.matchesLabels;
  return { sql: terms.join(' AND '), isWholeType };
}

async function matchingLabelSets(
  connection: DuckDBConnection,
  condition: string,
  matches: (labels: Labels) => boolean,
): Promise<number[]> {
  const rows = await readRows(
    connection,
    `SELECT id, labels FROM label_sets WHERE id IN (SELECT o.labels_id FROM objects o WHERE ${condition})`,
  );
  return (rows as [number, string][]).filter(([, labels]) => matches(JSON.parse(labels) as Labels)).map(([id]) => id);
}

/** So many ids are looked for by their list, which lets DuckDB skip what cannot hold them; more are joined. */
export const LISTED_IDS = 1000;

/** The condition on `p.object_id` that it is one of these. */
export function idCondition(ids: readonly number[]): string {
  return ids.length > 0 ? `p.object_id IN (${ids.join(', ')})` : 'false';
}

/** The condition that takes these objects. A list of thousands is dear to read as text, so it goes as a value: `$1` in whatever the SQL is put into. */
export function objectsOf(ids: readonly number[]): ObjectCondition {
  return { sql: 'o.id IN (SELECT unnest($1)::UINTEGER)', values: [listValue([...ids])], isWholeType: false };
}

/** Objects that fulfil the condition, by identity; all of them unless a limit is given. */
export async function findObjects(
  connection: DuckDBConnection,
  labels: KnownLabels,
  condition: ObjectCondition,
  limit?: number,
  having = 'true',
): Promise<FoundObject[]> {
  const rows = (await readRows(
    connection,
    `SELECT o.id, o.labels_id, ${OWN_COLUMNS} FROM objects o WHERE ${condition.sql} AND ${having} ${ordered(limit)}`,
    condition.values,
  )) as [number, number, ...unknown[]][];
  const sets = await labels.of(
    connection,
    rows.map(([, labelsId]) => labelsId),
  );
  return rows.map(([id, labelsId, ...columns]) => ({ id, object: withLabels(toObject(columns), sets.get(labelsId)) }));
}

/** The ids of objects that fulfil the condition, by identity; all of them unless a limit is given. */
export async function findIds(
  connection: DuckDBConnection,
  condition: ObjectCondition,
  having = 'true',
  limit?: number,
): Promise<number[]> {
  const [ids = []] = await readColumns(
    connection,
    `SELECT o.id FROM objects o WHERE ${condition.sql} AND ${having} ${ordered(limit)}`,
    condition.values,
  );
  return ids as number[];
}

function ordered(limit: number | undefined): string {
  return `ORDER BY ${IDENTITY_ORDER} ${limit === undefined ? '' : `LIMIT ${String(limit)}`}`;
}

function withLabels(object: MetricObject, labels: Labels = NO_LABELS): MetricObject {
  return labels === NO_LABELS ? object : { ...object, labels };
}

/** An object from the values of `OBJECT_COLUMNS`. */
export function toObject(columns: readonly unknown[]): MetricObject {
  const [type, node, namespace, pod, podUid, container, resource, workload, labels] = columns as [
    ObjectType,
    ...string[],
  ];
  return {
    type,
    ...(node ? { node } : {}),
    ...(namespace ? { namespace } : {}),
    ...(pod ? { pod } : {}),
    ...(podUid ? { podUid } : {}),
    ...(container ? { container } : {}),
    ...(workload ? { workload } : {}),
    ...(labels && labels !== '{}' ? { labels: JSON.parse(labels) as Labels } : {}),
    ...(typeof resource === 'string' ? { resource } : {}),
  };
}
