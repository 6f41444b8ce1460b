import type { ScopeSamples } from '../../metrics/metric-store.port.js';
import type { Kind, Kinds } from './metric-kinds.js';
import type { Changed, ObjectIndex } from './object-index.js';
import type { Slot } from './object-slots.js';

const FIRST_ROWS = 256;

/** The samples of one kind, a row each. */
export class StagedRows {
  readonly slots: Slot[] = [];
  /** Of each row, the position of its scope. */
  readonly scopes: number[] = [];
  /** NaN for what has no time of its own. */
  readonly sampledAtMs: number[] = [];
  /** Row by row; reused from one append to the next. */
  private values: Float64Array<ArrayBuffer>;

  constructor(readonly kind: Kind) {
    this.values = new Float64Array(FIRST_ROWS * kind.metrics.length);
  }

  add(slot: Slot, scope: number, sampledAtMs: number | undefined, values: readonly number[]): void {
    const at = this.slots.length * values.length;
    if (at + values.length > this.values.length) {
      const bigger = new Float64Array(2 * this.values.length);
      bigger.set(this.values);
      this.values = bigger;
    }
    for (let index = 0; index < values.length; index += 1) this.values[at + index] = values[index]!;
    this.slots.push(slot);
    this.scopes.push(scope);
    this.sampledAtMs.push(sampledAtMs ?? NaN);
  }

  /** NaN where it is unknown. */
  value(row: number, metric: number): number {
    return this.values[row * this.kind.metrics.length + metric]!;
  }

  clear(): void {
    this.slots.length = 0;
    this.scopes.length = 0;
    this.sampledAtMs.length = 0;
  }
}

/**
 * Samples on their way into the store, in a few large arrays. So the objects of collection live no longer than it takes to read one node, and V8 need not copy them.
 */
export class StagedSamples {
  readonly scopes: string[] = [];
  private readonly byKind = new Map<Kind, StagedRows>();
  private readonly changed: Changed[] = [];
  private age: number;

  constructor(
    private readonly kinds: Kinds,
    private readonly objects: ObjectIndex,
  ) {
    this.age = objects.age;
  }

  get rows(): Iterable<StagedRows> {
    return this.byKind.values();
  }

  /** @throws {TypeError} when a sample's values are not those of its kind's metrics: they would land in the wrong columns */
  add({ scope, samples }: ScopeSamples): void {
    if (this.scopes.includes(scope)) throw new TypeError(`The scope ${scope} was added before`);
    const position = this.scopes.push(scope) - 1;
    for (const { object, sampledAtMs, values } of samples) {
      const kind = this.kinds.find(object);
      if (!kind || kind.metrics.length !== values.length) {
        throw new TypeError(
          `A sample of ${object.type} has ${String(values.length)} values, the catalogue names ${String(kind?.metrics.length ?? 0)}`,
        );
      }
      this.rowsOf(kind).add(this.objects.meet(object, this.changed), position, sampledAtMs, values);
    }
  }

  /** What must be written of the objects; their slots are those of now. */
  current(): { readonly slots: Iterable<Slot>; readonly changed: readonly Changed[] } {
    if (this.age !== this.objects.age) {
      for (const { slots } of this.rows)
        for (const [row, slot] of slots.entries()) slots[row] = this.objects.again(slot);
      for (const one of this.changed) one.slot = this.objects.again(one.slot);
      this.age = this.objects.age;
    }
    return { slots: slotsOf(this.rows), changed: this.changed };
  }

  /** To be used again: keeps the memory. */
  clear(): void {
    for (const rows of this.rows) rows.clear();
    this.scopes.length = 0;
    this.changed.length = 0;
    this.age = this.objects.age;
  }

  private rowsOf(kind: Kind): StagedRows {
    let rows = this.byKind.get(kind);
    if (!rows) this.byKind.set(kind, (rows = new StagedRows(kind)));
    return rows;
  }
}

function* slotsOf(rows: Iterable<StagedRows>): Iterable<Slot> {
  for (const { slots } of rows) yield* slots;
}
