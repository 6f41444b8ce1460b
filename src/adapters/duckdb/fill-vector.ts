import duckdb, { type Vector } from '@duckdb/node-bindings';

type Numbers = (Float64Array | Uint8Array | Uint32Array | BigInt64Array | BigUint64Array) & {
  readonly buffer: ArrayBuffer;
};

/** Texts behind one another, UTF-8. */
interface Texts {
  readonly bytes: Uint8Array;
  /** Where each ends. */
  readonly ends: Uint32Array;
}

/** Some rows of what a vector is filled with. */
export interface Stretch {
  readonly from: number;
  readonly rows: number;
}

/** Copies numbers into a vector of their very type. */
export function fillNumbers(vector: Vector, numbers: Numbers, { from, rows }: Stretch): void {
  const { buffer, byteOffset, BYTES_PER_ELEMENT: width } = numbers;
  duckdb.copy_data_to_vector(vector, 0, buffer, byteOffset + from * width, rows * width);
}

/** The same; 0 is NULL. */
export function fillNumbersOrNull(
  vector: Vector,
  numbers: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
  stretch: Stretch,
): void {
  fillNumbers(vector, numbers, stretch);
  fillNulls(vector, stretch.rows, (row) => numbers[stretch.from + row] === 0);
}

/** Copies texts into a vector. @param isNullable an empty text is NULL */
export function fillTexts(vector: Vector, { bytes, ends }: Texts, { from, rows }: Stretch, isNullable = false): void {
  let start = from === 0 ? 0 : (ends[from - 1] ?? 0);
  for (let row = 0; row < rows; row += 1) {
    const end = ends[from + row] ?? start;
    if (end > start || !isNullable) duckdb.vector_assign_string_element_len(vector, row, bytes.subarray(start, end));
    start = end;
  }
  if (isNullable) fillNulls(vector, rows, (row) => ends[from + row] === (from + row === 0 ? 0 : ends[from + row - 1]));
}

/** Says which rows of a vector are NULL: one bit each, 0 for NULL. */
export function fillNulls(vector: Vector, rows: number, isNull: (row: number) => boolean = () => true): void {
  const bits = new Uint8Array(Math.ceil(rows / 64) * 8).fill(0xff);
  let nulls = 0;
  for (let row = 0; row < rows; row += 1) {
    if (!isNull(row)) continue;
    bits[row >>> 3] = (bits[row >>> 3] ?? 0) & ~(1 << (row & 7));
    nulls += 1;
  }
  if (nulls === 0) return;
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.byteLength);
}
