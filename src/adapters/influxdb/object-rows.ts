import type { MetricObject } from '../../metrics/core/sample.js';
import { addRow, type RolledRow } from './roll-rows.js';

/** Puts the rows of objects, which come object by object and by time, into rows of a width. An object's newest labels and workload within a row count. */
export class ObjectRows {
  private table: string | undefined;
  private object: MetricObject | undefined;
  private row: RolledRow | undefined;

  /** @param fromMs rows before it are left out */
  constructor(
    private readonly widthMs: number,
    private readonly fromMs: number,
    private readonly give: (object: MetricObject, row: RolledRow) => void,
  ) {}

  /** @param table differs between objects that come one after the other */
  add(table: string, object: MetricObject, next: RolledRow): void {
    if (next.atMs < this.fromMs) return;
    const atMs = Math.floor(next.atMs / this.widthMs) * this.widthMs;
    if (table !== this.table || atMs !== this.row?.atMs) this.flush();
    this.row = this.row ? addRow(this.row, next) : { ...next, atMs };
    this.object = object;
    this.table = table;
  }

  /** Gives the last row too. */
  flush(): void {
    if (this.object && this.row) this.give(this.object, this.row);
    this.row = undefined;
  }
}
