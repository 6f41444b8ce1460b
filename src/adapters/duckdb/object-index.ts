import { BIGINT, BOOLEAN, type DuckDBConnection, UINTEGER, VARCHAR, listValue } from '@duckdb/node-api';
import type { MetricObject, ObjectType } from '../../metrics/core/sample.js';
import { appendRows, setRow } from './append-rows.js';
import { LabelSets, NO_LABELS } from './label-sets.js';
import { ObjectIds } from './object-ids.js';
import { identityOf, ObjectSlots, type Slot } from './object-slots.js';
import { sqlText } from './sql-text.js';

/** An identity that was met with another workload or other labels than its slot has. */
export interface Changed {
  slot: Slot;
  readonly object: MetricObject;
}

/**
 * Gives every identity its id in `objects`, and keeps workload and labels there up to date. Ids are given here alone, by the one writer.
 * Holds what was met lately; what is not held is looked up, so `clear` may be called at any time between two appends.
 */
export class ObjectIndex {
  private readonly slots = new ObjectSlots();
  private readonly labelSets = new LabelSets();
  private isStarted = false;
  /** Outlives everything else: an id that no transaction wrote is not given again. */
  private ids: ObjectIds | undefined;
  /** Whether no identity can be in the store that is not held here. */
  private isComplete = false;
  /** Grows when everything is forgotten: slots of before are to be looked up again. */
  age = 0;

  /** Forgets everything: after an error (ids may have been given that no transaction wrote), and to let go of objects that are long gone. */
  clear(): void {
    this.slots.clear();
    this.isStarted = false;
    this.isComplete = false;
    this.age += 1;
  }

  /** The identity's slot, which has its id after `settle`; adds to `changed` what must be written of it. */
  meet(object: MetricObject, changed: Changed[]): Slot {
    const slot = this.slots.at(object);
    if (!slot.isAs(object)) changed.push({ slot, object });
    return slot;
  }

  /** The slot of now in the place of one that was met before everything was forgotten. */
  again(slot: Slot): Slot {
    return this.slots.at(identityOf(slot));
  }

  /** Gives these slots their ids; writes new and changed rows of `objects` in the connection's transaction. */
  async settle(
    connection: DuckDBConnection,
    slots: Iterable<Slot>,
    changed: readonly Changed[],
    cycleAtMs: number,
  ): Promise<void> {
    const ids = this.isStarted && this.ids ? this.ids : await this.start(connection);
    const unknown: Slot[] = [];
    for (const slot of slots) if (slot.id === 0) unknown.push(slot);
    const updated = new Map<Slot, MetricObject>();
    if (unknown.length > 0 && !this.isComplete) {
      for (const slot of await this.load(connection, unknown)) updated.set(slot, slot.subject);
    }
    const made: Slot[] = [];
    for (const slot of unknown) {
      if (slot.id !== 0) continue;
      slot.id = ids.take(identityOf(slot));
      made.push(slot);
    }
    for (const { slot, object } of changed) if (this.take(slot, object)) updated.set(slot, object);
    await this.write(connection, made, updated, cycleAtMs);
  }

  private async start(connection: DuckDBConnection): Promise<ObjectIds> {
    const result = await connection.runAndReadAll(
      'SELECT coalesce((SELECT max(id) FROM objects), 0)::INTEGER, (SELECT max(id) FROM label_sets)::INTEGER',
    );
    const [objectId = 0, labelsId = 0] = (result.getRowsJS()[0] ?? []) as number[];
    this.labelSets.clear(labelsId + 1);
    this.isComplete = objectId === 0;
    this.isStarted = true;
    return (this.ids ??= new ObjectIds(objectId + 1));
  }

  /** Looks up what the store knows of these objects' pods and nodes. @returns those of which it has another workload or other labels */
  private async load(connection: DuckDBConnection, unknown: readonly Slot[]): Promise<Slot[]> {
    const uids = new Set<string>();
    const nodes = new Set<string>();
    for (const { subject } of unknown) {
      if (subject.podUid === '') nodes.add(subject.node);
      else uids.add(subject.podUid);
    }
    const conditions = [];
    if (uids.size > 0) conditions.push(`o.pod_uid IN (${[...uids].map(sqlText).join(', ')})`);
    if (nodes.size > 0) conditions.push(`(o.pod_uid = '' AND o.node IN (${[...nodes].map(sqlText).join(', ')}))`);
    const result = await connection.runAndReadAll(
      `SELECT o.id, o.type, o.node, o.namespace, o.pod, o.pod_uid, o.container, CASE WHEN o.labeled THEN o.resource END, o.workload, o.labels_id, l.labels
       FROM objects o LEFT JOIN label_sets l ON l.id = o.labels_id
       WHERE ${conditions.join(' OR ')}`,
    );
    const wanted = new Set(unknown);
    const loaded: { readonly slot: Slot; readonly labelsId: number; readonly workload: string }[] = [];
    for (const row of result.getRowsJS() as Row[]) {
      const [id, labelsId, labels, workload] = [row[0], row[9], row[10], row[8]];
      this.labelSets.learn(labelsId, labels);
      const slot = this.slots.at(objectOf(row));
      if (slot.id !== 0 || !wanted.has(slot)) continue;
      slot.id = id;
      loaded.push({ slot, labelsId, workload });
    }
    const differing = loaded.filter(
      ({ slot: { subject }, labelsId, workload }) =>
        labelsId !== this.labelSets.idOf(subject.labels) || workload !== subject.workload,
    );
    return differing.map(({ slot }) => slot);
  }

  /** Notes workload and labels; true when they are others than before. */
  private take(slot: Slot, object: MetricObject): boolean {
    const { labels = NO_LABELS, workload = '' } = object;
    const { subject } = slot;
    slot.take(object);
    return workload !== subject.workload || this.labelSets.idOf(labels) !== this.labelSets.idOf(subject.labels);
  }

  private async write(
    connection: DuckDBConnection,
    made: readonly Slot[],
    updated: ReadonlyMap<Slot, MetricObject>,
    cycleAtMs: number,
  ): Promise<void> {
    await this.append(connection, made, BigInt(cycleAtMs));
    if (updated.size > 0) {
      const slots = [...updated.keys()];
      await connection.run(
        `UPDATE objects SET workload = u.workload, labels_id = u.labels_id
         FROM (SELECT unnest($1) AS id, unnest($2) AS workload, unnest($3) AS labels_id) u WHERE objects.id = u.id`,
        [
          listValue(slots.map(({ id }) => id)),
          listValue([...updated.values()].map(({ workload = '' }) => workload)),
          listValue([...updated.values()].map(({ labels = NO_LABELS }) => this.labelSets.idOf(labels))),
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

  private async append(connection: DuckDBConnection, made: readonly Slot[], cycleAt: bigint): Promise<void> {
    await appendRows(connection, {
      table: 'objects',
      types: [UINTEGER, ...TEXTS.map(() => VARCHAR), BOOLEAN, VARCHAR, UINTEGER, BIGINT, BIGINT],
      rowCount: made.length,
      write: (columns, row, index) => {
        const slot = made[index] as Slot;
        const object = identityOf(slot);
        const labelsId = this.labelSets.idOf(slot.subject.labels);
        const texts = TEXTS.map((field) => object[field] ?? '');
        const isLabeled = object.resource !== undefined;
        setRow(columns, row, [slot.id, ...texts, isLabeled, object.workload ?? '', labelsId, cycleAt, null]);
      },
    });
  }
}

type Row = [number, ObjectType, string, string, string, string, string, string | null, string, number, string];

/** As collection gives them, without labels: what an object does not have is absent. */
function objectOf([, type, node, namespace, pod, podUid, container, resource, workload]: Row): MetricObject {
  return {
    type,
    ...(node === '' ? {} : { node }),
    ...(namespace === '' ? {} : { namespace }),
    ...(podUid === '' ? {} : { podUid }),
    ...(pod === '' ? {} : { pod }),
    ...(container === '' ? {} : { container }),
    ...(workload === '' ? {} : { workload }),
    ...(resource === null ? {} : { resource }),
  };
}

const TEXTS = ['type', 'node', 'namespace', 'pod', 'podUid', 'container', 'resource'] as const;
