import type { InstantValue, ObjectSelector } from '../../metrics/metric-store.port.js';
import { type FluxSelection, fluxList, selectFlux } from './flux-query.js';
import type { InfluxConnection } from './influx-connection.js';
import { fromTags, IDENTITY_TAGS, LABELS_TAG, tagOf } from './object-tags.js';
import { compareIdentity, identityOf, isSelected } from './select-objects.js';

export interface FoundObjects {
  /** By identity. */
  readonly values: readonly InstantValue[];
  /** How many objects the tags alone selected. */
  readonly listed: number;
  /** Whether an object is more than one series, as its labels or workload changed. */
  readonly hasSeveralSeries: boolean;
}

const KEPT = [...IDENTITY_TAGS, tagOf('workload'), LABELS_TAG, '_time', '_value'];

/** The objects that have samples in any of these spans, with their newest value and, as the newest count, their newest labels and workload. */
export async function findObjects(
  connection: InfluxConnection,
  spans: readonly FluxSelection[],
  select: ObjectSelector,
  signal: AbortSignal | undefined,
): Promise<FoundObjects> {
  const byIdentity = new Map<string, InstantValue>();
  let hasSeveralSeries = false;
  for (const span of select.visibleNamespaces?.length === 0 ? [] : spans) {
    const seen = new Set<string>();
    const flux = `${selectFlux(span)}\n  |> last()\n  |> keep(columns: ${fluxList(KEPT)})`;
    await connection.eachRow(
      flux,
      (row) => {
        const found = { object: fromTags(row), cycleAtMs: row.atMs, value: row.number('_value') };
        const key = identityOf(found.object);
        if (seen.size === seen.add(key).size) hasSeveralSeries = true;
        const other = byIdentity.get(key);
        if (!other || other.cycleAtMs < found.cycleAtMs) byIdentity.set(key, found);
      },
      signal,
    );
  }
  const values = [...byIdentity.values()]
    .filter(({ object }) => isSelected(object, select))
    .sort((a, b) => compareIdentity(a.object, b.object));
  return { values, listed: byIdentity.size, hasSeveralSeries };
}
