import { type DuckDBConnection, listValue } from '@duckdb/node-api';
import { type Labels, NO_LABELS } from './label-sets.js';
import { readRows } from './read-rows.js';

/** Half a kilobyte each. */
const MOST_KEPT = 10_000;

/**
 * Label sets that were read, by id: objects mostly share theirs, and joining them to what a question finds costs it more than finding it. An id means the same set for as
 * long as the program runs (`LabelSets`).
 */
export class KnownLabels {
  private readonly kept = new Map<number, Labels>([[0, NO_LABELS]]);

  /** The sets with these ids. One is absent when it has just been removed, with all objects that had it. */
  async of(connection: DuckDBConnection, ids: Iterable<number>): Promise<ReadonlyMap<number, Labels>> {
    const found = new Map<number, Labels>();
    const unknown: number[] = [];
    for (const id of new Set(ids)) {
      const labels = this.kept.get(id);
      if (labels) found.set(id, labels);
      else unknown.push(id);
    }
    if (unknown.length === 0) return found;
    const sql = 'SELECT id, labels FROM label_sets WHERE id IN (SELECT unnest($1)::UINTEGER)';
    for (const [id, text] of (await readRows(connection, sql, [listValue(unknown)])) as [number, string][]) {
      const labels = JSON.parse(text) as Labels;
      found.set(id, labels);
      if (this.kept.size < MOST_KEPT) this.kept.set(id, labels);
    }
    return found;
  }
}
