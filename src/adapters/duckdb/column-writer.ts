import { Validity } from './validity.js';
import duckdb, { type Vector } from '@duckdb/node-bindings';
import { type DuckDBType, DuckDBTypeId, type DuckDBValue } from '@duckdb/node-api';

/** A column of a chunk, to be filled row by row and then flushed. */
export interface ColumnWriter {
  setItem(row: number, value: DuckDBValue): void;
  flush(): void;
}

type Numbers = Float64Array | Uint8Array | Uint32Array;
type BigNumbers = BigInt64Array | BigUint64Array;

/**
 * Writes a vector of so many rows. `@duckdb/node-api`'s own vectors make several numbers of 64 bits for each null, which was a quarter of what appending cost; here nulls are bits of bytes. Each row
 * is set at most once.
 * @throws {RangeError} from `setItem` when the type does not hold the number
 */
export function columnWriter(type: DuckDBType, vector: Vector, rows: number): ColumnWriter {
  const { typeId } = type;
  if (typeId === DuckDBTypeId.VARCHAR) return new TextColumn(vector, rows);
  if (typeId === DuckDBTypeId.UINTEGER) return new NumberColumn(vector, rows, new Uint32Array(rows));
  if (typeId === DuckDBTypeId.DOUBLE) return new NumberColumn(vector, rows, new Float64Array(rows));
  if (typeId === DuckDBTypeId.BOOLEAN || typeId === DuckDBTypeId.UTINYINT)
    return new NumberColumn(vector, rows, new Uint8Array(rows));
  if (typeId === DuckDBTypeId.BIGINT)
    return new BigNumberColumn(vector, rows, new BigInt64Array(rows), [-(2n ** 63n), 2n ** 63n - 1n]);
  if (typeId === DuckDBTypeId.UBIGINT)
    return new BigNumberColumn(vector, rows, new BigUint64Array(rows), [0n, 2n ** 64n - 1n]);
  throw new TypeError(`No column of ${type.toString()} is written`);
}

class TextColumn implements ColumnWriter {
  private readonly validity: Validity;

  constructor(
    private readonly vector: Vector,
    rows: number,
  ) {
    this.validity = new Validity(vector, rows);
  }

  setItem(row: number, value: DuckDBValue): void {
    if (value === null) this.validity.setNull(row);
    else duckdb.vector_assign_string_element(this.vector, row, value as string);
  }

  flush(): void {
    this.validity.flush();
  }
}

class NumberColumn implements ColumnWriter {
  private readonly validity: Validity;

  constructor(
    private readonly vector: Vector,
    rows: number,
    private readonly items: Numbers & { readonly buffer: ArrayBuffer },
  ) {
    this.validity = new Validity(vector, rows);
  }

  setItem(row: number, value: DuckDBValue): void {
    if (value === null) {
      this.validity.setNull(row);
      return;
    }
    const number = Number(value);
    this.items[row] = number;
    if (this.items[row] !== number && !Number.isNaN(number)) throw new RangeError(`${number} does not fit its column`);
  }

  flush(): void {
    duckdb.copy_data_to_vector(this.vector, 0, this.items.buffer, 0, this.items.byteLength);
    this.validity.flush();
  }
}

class BigNumberColumn implements ColumnWriter {
  private readonly validity: Validity;

  constructor(
    private readonly vector: Vector,
    rows: number,
    private readonly items: BigNumbers & { readonly buffer: ArrayBuffer },
    private readonly range: readonly [bigint, bigint],
  ) {
    this.validity = new Validity(vector, rows);
  }

  setItem(row: number, value: DuckDBValue): void {
    if (value === null) {
      this.validity.setNull(row);
      return;
    }
    const number = value as bigint;
    const [least, most] = this.range;
    if (number < least || number > most) throw new RangeError(`${number} does not fit its column`);
    this.items[row] = number;
  }

  flush(): void {
    duckdb.copy_data_to_vector(this.vector, 0, this.items.buffer, 0, this.items.byteLength);
    this.validity.flush();
  }
}
