import type { Sample } from '../../metrics/core/sample.js';
import type { Kind, Kinds } from './metric-kinds.js';

/** The samples of one kind, with the ids of the scope that each came from and of its object. */
export interface Batch {
  readonly kind: Kind;
  readonly samples: Sample[];
  readonly scopeIds: number[];
  readonly objectIds: number[];
}

/**
 * Sorts the samples of some scopes by kind.
 * @param scopeIds of each scope, in the same order
 * @param objectIds of each sample, in the same order
 * @throws {TypeError} when a sample's values are not those of its kind's metrics: they would land in the wrong columns
 */
export function toBatches(
  kinds: Kinds,
  scopes: readonly (readonly Sample[])[],
  scopeIds: readonly number[],
  objectIds: Uint32Array,
): Batch[] {
  let position = 0;
  const batches = new Map<Kind, Batch>();
  for (const [index, samples] of scopes.entries()) {
    const scopeId = scopeIds[index] ?? 0;
    for (const sample of samples) {
      const kind = kinds.find(sample.object);
      if (!kind || kind.metrics.length !== sample.values.length) {
        throw new TypeError(
          `A sample of ${sample.object.type} has ${String(sample.values.length)} values, the catalogue names ${String(kind?.metrics.length ?? 0)}`,
        );
      }
      let batch = batches.get(kind);
      if (!batch) {
        batch = { kind, samples: [], scopeIds: [], objectIds: [] };
        batches.set(kind, batch);
      }
      batch.samples.push(sample);
      batch.scopeIds.push(scopeId);
      batch.objectIds.push(objectIds[position] ?? 0);
      position += 1;
    }
  }
  return [...batches.values()];
}
