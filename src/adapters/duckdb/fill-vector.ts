import duckdb, { type Vector } from '@duckdb/node-bindings';
import { Validity } from './validity.js';

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

/** Copies doubles; NaN is NULL. */
export function fillDoubles(vector: Vector, values: Float64Array<ArrayBuffer>): void {
  fillNumbers(vector, values, { from: 0, rows: values.length });
  fillNulls(vector, values.length, (row) => Number.isNaN(values[row]));
}

/** Says which rows of a vector are NULL. */
export function fillNulls(vector: Vector, rows: number, isNull: (row: number) => boolean = () => true): void {
  const validity = new Validity(vector, rows);
  for (let row = 0; row < rows; row += 1) if (isNull(row)) validity.setNull(row);
  validity.flush();
}
