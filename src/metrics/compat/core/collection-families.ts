import { labelPair } from './open-metrics-labels.js';
import { OPEN_METRICS_PREFIX } from './to-open-metrics-name.js';
import type { ExposedFamily, ExposedSample } from './write-exposition.js';

/** How complete the newest closed cycle is. */
export interface NewestCollection {
  /** Absent: no cycle has been closed. */
  readonly newestCycleAt?: string | undefined;
  readonly nodesExpected: number;
  readonly nodesPresent: number;
  /** Absent for a caller that may not see nodes. */
  readonly missing?: readonly { readonly node: string; readonly reason: string }[] | undefined;
}

/** What tells a scraper how fresh and how complete the samples are: one row a family. */
const ROWS = {
  age: { name: 'age_seconds', unit: 'seconds', help: 'Time since the newest collection that is closed.' },
  expected: { name: 'nodes_expected', help: 'Nodes that the cluster had in the newest closed collection.' },
  present: { name: 'nodes_present', help: 'Nodes of which the newest closed collection has the figures.' },
  missing: {
    name: 'node_missing',
    help: 'A node that is missing from the newest closed collection, and why; absent where it is not known or not to be told.',
  },
} as const;
type Row = keyof typeof ROWS;

/** The names, units and meanings of these families, for the documentation. */
export const COLLECTION_FAMILIES = Object.values(ROWS).map((row) => ({
  name: `${OPEN_METRICS_PREFIX}collection_${row.name}`,
  help: row.help,
}));

/** The newest collection as families. There are none before one has been closed: a zero would be wrong. */
export function collectionFamilies(collection: NewestCollection, nowMs: number): ExposedFamily[] {
  const { newestCycleAt, nodesExpected, nodesPresent, missing = [] } = collection;
  if (newestCycleAt === undefined) return [];
  const ageSeconds = (nowMs - Date.parse(newestCycleAt)) / 1000;
  return [
    family('age', [{ labels: '', value: ageSeconds }]),
    family('expected', [{ labels: '', value: nodesExpected }]),
    family('present', [{ labels: '', value: nodesPresent }]),
    family(
      'missing',
      missing.map(({ node, reason }) => ({
        labels: [...labelPair('node', node), ...labelPair('reason', reason)].join(','),
        value: 1,
      })),
    ),
  ];
}

function family(row: Row, samples: readonly ExposedSample[]): ExposedFamily {
  const { name, help, ...rest } = ROWS[row];
  const full = `${OPEN_METRICS_PREFIX}collection_${name}`;
  return { name: { family: full, sample: full, type: 'gauge', ...rest }, help, samples };
}
