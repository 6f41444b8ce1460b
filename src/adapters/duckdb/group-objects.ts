import type { GroupQuery } from '../../metrics/metric-store.port.js';
import type { Grouping } from './read-groups.js';
import type { FoundObject } from './read-series.js';

/** Asks for the group of each object; groups are numbered in the order of their keys. */
export function groupObjects(objects: readonly FoundObject[], groupOf: GroupQuery['groupOf']): Grouping {
  const members = objects.flatMap(({ id, object }) => {
    const key = groupOf(object);
    return key === undefined ? [] : [{ id, key }];
  });
  const keys = [...new Set(members.map(({ key }) => key))].sort((a, b) => (a < b ? -1 : 1));
  const positions = new Map(keys.map((key, position) => [key, position]));
  return {
    keys,
    objectIds: members.map(({ id }) => id),
    groups: members.map(({ key }) => positions.get(key) ?? 0),
  };
}
