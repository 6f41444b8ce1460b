import type { ScopeSamples } from '../../metrics/metric-store.port.js';
import type { Kind, Kinds } from './metric-kinds.js';
import type { Changed, ObjectIndex } from './object-index.js';
import type { Slot } from './object-slots.js';

/** Rows of a block: a chunk of what is appended. No power of two, so that the columns of a row do not stand in each other's way in the processor's cache. */
export const BLOCK_ROWS = 1000;

/** The samples of one kind, a row each, in blocks of columns: as they are appended. */
export class StagedRows {
  readonly slots: Slot[] = [];
  /** Of each row, the position of its scope. */
  readonly scopes: number[] = [];
  /** Of each block its columns, one after the other: when a row was sampled, then the kind's metrics. Used again from one append to the next. */
  private readonly blocks: Float64Array<ArrayBuffer>[] = [];

  constructor(readonly kind: Kind) {}

  add(slot: Slot, scope: number, sampledAtMs: number | undefined, values: readonly number[]): void {
    const row = this.slots.length % BLOCK_ROWS;
    const block = (this.blocks[(this.slots.length - row) / BLOCK_ROWS] ??= new Float64Array(
      BLOCK_ROWS * (1 + this.kind.metrics.length),
    ));
    block[row] = sampledAtMs ?? NaN;
    for (let index = 0; index < values.length; index += 1) block[(1 + index) * BLOCK_ROWS + row] = values[index]!;
    this.slots.push(slot);
    this.scopes.push(scope);
  }

  /** Of the block that begins at row `offset`; NaN for what has no time of its own. */
  sampledAtMs(offset: number, rows: number): Float64Array<ArrayBuffer> {
    return this.column(0, offset, rows);
  }

  /** The values of one metric, of the block that begins at row `offset`; NaN where it is unknown. */
  values(metric: number, offset: number, rows: number): Float64Array<ArrayBuffer> {
    return this.column(1 + metric, offset, rows);
  }

  clear(): void {
    this.slots.length = 0;
    this.scopes.length = 0;
  }

  private column(column: number, offset: number, rows: number): Float64Array<ArrayBuffer> {
    const from = column * BLOCK_ROWS;
    return this.blocks[offset / BLOCK_ROWS]!.subarray(from, from + rows);
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
