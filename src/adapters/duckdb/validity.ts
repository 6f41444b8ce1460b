import duckdb, { type Vector } from '@duckdb/node-bindings';

/** Which rows are null: one bit each, 0 for null. */
export class Validity {
  private bits: Uint8Array<ArrayBuffer> | undefined;

  constructor(
    private readonly vector: Vector,
    private readonly rows: number,
  ) {}

  setNull(row: number): void {
    this.bits ??= new Uint8Array(Math.ceil(this.rows / 64) * 8).fill(0xff);
    const at = row >>> 3;
    this.bits[at] = (this.bits[at] ?? 0) & ~(1 << (row & 7));
  }

  flush(): void {
    if (!this.bits) return;
    duckdb.vector_ensure_validity_writable(this.vector);
    duckdb.copy_data_to_vector_validity(this.vector, 0, this.bits.buffer, 0, this.bits.byteLength);
  }
}
