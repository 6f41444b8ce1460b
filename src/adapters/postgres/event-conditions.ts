import { sql, type RawBuilder } from 'kysely';
import type { EventFilter, EventKey } from '../../events/core/event-filter.js';

export type Condition = RawBuilder<unknown>;

/** Which column holds what counts can be split by. */
export const COLUMN_OF: Readonly<Record<EventKey, string>> = {
  type: 'type',
  reason: 'reason',
  reportingController: 'reporting_controller',
  namespace: 'regarding_namespace',
  kind: 'regarding_kind',
  node: 'node',
  workload: 'workload',
};

/** What an index leads to, and the rows that the caller may see: these conditions hold for every row that is read. */
export function scanConditions(filter: EventFilter): Condition[] {
  const { visibleNamespaces, namespace, name, node, workload } = filter;
  return [
    ...(visibleNamespaces === undefined ? [] : [isAnyOf('regarding_namespace', visibleNamespaces)]),
    ...(namespace === undefined ? [] : [sql`regarding_namespace = ${namespace}`]),
    ...(name === undefined ? [] : [sql`regarding_name = ${name}`]),
    ...(node === undefined ? [] : [sql`node = ${node}`]),
    ...(workload === undefined ? [] : [sql`workload = ${workload}`]),
  ];
}

/** The rest, which is looked for among the rows that are read. */
export function rowConditions(filter: EventFilter): Condition[] {
  const { kind, types, reasons, reportingControllers, search } = filter;
  return [
    ...(kind === undefined ? [] : [sql`regarding_kind = ${kind}`]),
    ...(types === undefined ? [] : [isAnyOf('type', types)]),
    ...(reasons === undefined ? [] : [isAnyOf('reason', reasons)]),
    ...(reportingControllers === undefined ? [] : [isAnyOf('reporting_controller', reportingControllers)]),
    ...(search === undefined ? [] : [sql`position(lower(${search}) in lower(note)) > 0`]),
  ];
}

/** All of them; without any: true. */
export function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` AND `);
}

function isAnyOf(column: string, values: readonly string[]): Condition {
  return sql`${sql.ref(column)} = ANY(${[...values]}::text[])`;
}
