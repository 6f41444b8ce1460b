import { BIGINT, BOOLEAN, type DuckDBConnection, UINTEGER, VARCHAR, listValue } from '@duckdb/node-api';
import type { MetricObject, ObjectType, Sample } from '../../metrics/core/sample.js';
import { appendRows, setRow } from './append-rows.js';
import { LabelSets, NO_LABELS } from './label-sets.js';
import { ObjectSlots, type Slot } from './object-slots.js';
import { sqlText } from './sample-source.js';

interface Changed {
  readonly slot: Slot;
  readonly object: MetricObject;
}

/**
 * Gives every identity its id in `objects`, and keeps workload and labels there up to date. Ids are given here alone, by the one writer.
 * Holds what was met lately; what is not held is looked up, so `clear` may be called at any time between two appends.
 */
export class ObjectIndex {
  private readonly slots = new ObjectSlots();
  private readonly labelSets = new LabelSets();
  private nextId: number | undefined;
  /** Whether no identity can be in the store that is not held here. */
  private isComplete = false;

  /** Forgets everything: after an error (ids may have been given that no transaction wrote), and to let go of objects that are long gone. */
  clear(): void {
    this.slots.clear();
    this.nextId = undefined;
    this.isComplete = false;
  }

  /** The ids of the samples' objects, in order; writes new and changed rows of `objects` in the connection's transaction. */
  async idsOf(connection: DuckDBConnection, samples: readonly Sample[], cycleAtMs: number): Promise<Uint32Array> {
    let nextId = this.nextId ?? (await this.start(connection));
    const slots = samples.map(({ object }) => this.slots.at(object));
    const unknown = samples.filter((_, index) => slots[index]?.id === 0);
    if (unknown.length > 0 && !this.isComplete) await this.load(connection, unknown);
    const made: Changed[] = [];
    const changed: Changed[] = [];
    const ids = new Uint32Array(slots.length);
    for (const [index, slot] of slots.entries()) {
      const object = samples[index]?.object as MetricObject;
      const differs = this.takeLabels(slot, object);
      if (slot.id === 0) {
        slot.id = nextId;
        nextId += 1;
        made.push({ slot, object });
      } else if (differs) changed.push({ slot, object });
      ids[index] = slot.id;
    }
    this.nextId = nextId;
    await this.write(connection, made, changed, cycleAtMs);
    return ids;
  }

  private async start(connection: DuckDBConnection): Promise<number> {
    const result = await connection.runAndReadAll(
      'SELECT coalesce((SELECT max(id) FROM objects), 0)::INTEGER, (SELECT max(id) FROM label_sets)::INTEGER',
    );
    const [objectId = 0, labelsId = 0] = (result.getRowsJS()[0] ?? []) as number[];
    this.labelSets.clear(labelsId + 1);
    this.isComplete = objectId === 0;
    return objectId + 1;
  }

  /** Looks up what the store knows of these objects' pods and nodes. */
  private async load(connection: DuckDBConnection, samples: readonly Sample[]): Promise<void> {
    const uids = new Set<string>();
    const nodes = new Set<string>();
    for (const { object } of samples) {
      if (object.podUid) uids.add(object.podUid);
      else nodes.add(object.node ?? '');
    }
    const conditions = [];
    if (uids.size > 0) conditions.push(`o.pod_uid IN (${[...uids].map(sqlText).join(', ')})`);
    if (nodes.size > 0) conditions.push(`(o.pod_uid = '' AND o.node IN (${[...nodes].map(sqlText).join(', ')}))`);
    const result = await connection.runAndReadAll(
      `SELECT o.id, o.type, o.node, o.namespace, o.pod, o.pod_uid, o.container, CASE WHEN o.labeled THEN o.resource END, o.workload, o.labels_id, l.labels
       FROM objects o LEFT JOIN label_sets l ON l.id = o.labels_id
       WHERE ${conditions.join(' OR ')}`,
    );
    type Row = [number, ObjectType, string, string, string, string, string, string | null, string, number, string];
    for (const row of result.getRowsJS() as Row[]) {
      const [id, type, node, namespace, pod, podUid, container, resource, workload, labelsId, labels] = row;
      const identity = { type, node, namespace, pod, podUid, container };
      const slot = this.slots.at(resource === null ? identity : { ...identity, resource });
      if (slot.id !== 0) continue;
      slot.id = id;
      slot.workload = workload;
      slot.labelsId = labelsId;
      this.labelSets.learn(labelsId, labels);
    }
  }

  /** Notes workload and labels; true when they are others than before. */
  private takeLabels(slot: Slot, object: MetricObject): boolean {
    const workload = object.workload ?? '';
    const labels = object.labels ?? NO_LABELS;
    if (slot.labels === labels && slot.workload === workload) return false;
    const labelsId = this.labelSets.idOf(labels);
    const differs = slot.labelsId !== labelsId || slot.workload !== workload;
    slot.labels = labels;
    slot.labelsId = labelsId;
    slot.workload = workload;
    return differs;
  }

  private async write(
    connection: DuckDBConnection,
    made: readonly Changed[],
    changed: readonly Changed[],
    cycleAtMs: number,
  ): Promise<void> {
    await appendObjects(connection, made, BigInt(cycleAtMs));
    if (changed.length > 0) {
      await connection.run(
        `UPDATE objects SET workload = u.workload, labels_id = u.labels_id
         FROM (SELECT unnest($1) AS id, unnest($2) AS workload, unnest($3) AS labels_id) u WHERE objects.id = u.id`,
        [
          listValue(changed.map(({ slot }) => slot.id)),
          listValue(changed.map(({ slot }) => slot.workload)),
          listValue(changed.map(({ slot }) => slot.labelsId)),
        ],
      );
    }
    const sets = this.labelSets.takeFresh();
    await appendRows(connection, {
      table: 'label_sets',
      types: [UINTEGER, VARCHAR],
      rowCount: sets.length,
      write: (columns, row, index) => setRow(columns, row, [sets[index]?.id ?? 0, sets[index]?.text ?? '{}']),
    });
  }
}

const TEXTS = ['type', 'node', 'namespace', 'pod', 'podUid', 'container', 'resource'] as const;

async function appendObjects(connection: DuckDBConnection, made: readonly Changed[], cycleAt: bigint): Promise<void> {
  await appendRows(connection, {
    table: 'objects',
    types: [UINTEGER, ...TEXTS.map(() => VARCHAR), BOOLEAN, VARCHAR, UINTEGER, BIGINT, BIGINT],
    rowCount: made.length,
    write: (columns, row, index) => {
      const { slot, object } = made[index] as Changed;
      const texts = TEXTS.map((field) => object[field] ?? '');
      const isLabeled = object.resource !== undefined;
      setRow(columns, row, [slot.id, ...texts, isLabeled, slot.workload, slot.labelsId, cycleAt, null]);
    },
  });
}
