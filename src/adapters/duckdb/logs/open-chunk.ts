import { BIGINT, type DuckDBConnection, DuckDBDataChunk, UINTEGER, UTINYINT, VARCHAR } from '@duckdb/node-api';
import type { Vector } from '@duckdb/node-bindings';
import { originText } from '../../../logs/core/pack/origin-numbers.js';
import type { PackedLines, PackedOrigin } from '../../../logs/core/pack/packed-lines.js';
import { appendColumns, type ColumnSource } from '../append-columns.js';
import { appendRows, setRow } from '../append-rows.js';
import { fillNulls, fillNumbers, fillNumbersOrNull, fillTexts, type Stretch } from '../fill-vector.js';
import { chunkTables, linesTable, originsTable } from './log-columns.js';
import { loweredTexts } from './lowered-texts.js';

const LINE_TYPES = [BIGINT, BIGINT, BIGINT, UINTEGER, UTINYINT, UINTEGER, VARCHAR, VARCHAR, VARCHAR, UINTEGER];
const ORIGIN_TYPES = [
  UINTEGER,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  UINTEGER,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  VARCHAR,
];

/** The chunk that lines are appended to at present. */
export class OpenChunk {
  lines = 0;
  bytes = 0;
  /** The ids of origins, by their text. */
  private readonly origins = new Map<string, number>();
  /** The same by the very object, which whoever packs lines may give again. */
  private readonly seen = new WeakMap<PackedOrigin, number>();

  constructor(
    readonly number: number,
    readonly openedAtMs: number,
  ) {}

  /** Within a transaction. */
  async create(connection: DuckDBConnection): Promise<void> {
    for (const statement of chunkTables(this.number)) await connection.run(statement);
  }

  /** Within a transaction. @param firstArrival the number of the first line; the others follow */
  async append(connection: DuckDBConnection, batches: readonly PackedLines[], firstArrival: bigint): Promise<void> {
    const newOrigins: { readonly id: number; readonly origin: PackedOrigin }[] = [];
    const sources: ColumnSource[] = [];
    let arrival = firstArrival;
    for (const batch of batches) {
      const ids = batch.origins.map((origin) => this.idOf(origin, (id) => newOrigins.push({ id, origin })));
      sources.push(sourceOf(batch, ids, arrival));
      arrival += BigInt(batch.count);
      this.lines += batch.count;
      this.bytes += batch.message.bytes.length;
    }
    await appendColumns(
      connection,
      { table: linesTable(this.number), chunk: DuckDBDataChunk.create(LINE_TYPES) },
      sources,
    );
    await appendRows(connection, {
      table: originsTable(this.number),
      types: ORIGIN_TYPES,
      rowCount: newOrigins.length,
      write: (columns, row, index) => {
        const one = newOrigins[index];
        if (one) setRow(columns, row, [one.id, ...originValues(one.origin)]);
      },
    });
  }

  private idOf(origin: PackedOrigin, onNew: (id: number) => void): number {
    const seen = this.seen.get(origin);
    if (seen !== undefined) return seen;
    const text = originText(origin);
    const known = this.origins.get(text);
    const id = known ?? this.origins.size;
    this.seen.set(origin, id);
    if (known !== undefined) return id;
    this.origins.set(text, id);
    onNew(id);
    return id;
  }
}

/** Fills the columns of `lines_N` (`log-columns.ts`). @param ids of the batch's origins */
function sourceOf(batch: PackedLines, ids: readonly number[], firstArrival: bigint): ColumnSource {
  const { count, timeNs, observedNs, sequence, level, cutBytes, message, fields } = batch;
  const origin = Uint32Array.from(batch.origin.subarray(0, count), (number) => ids[number] ?? 0);
  const lowered = loweredTexts(message, count);
  const fill = (vectors: readonly Vector[], from: number, rows: number): void => {
    const stretch = { from, rows };
    const [time, observed, arrival, order, levels, cut, messages, lower, structure, origins] = vectors as Ten;
    fillNumbers(time, timeNs, stretch);
    fillNumbers(observed, observedNs, stretch);
    fillNumbers(arrival, arrivals(firstArrival, stretch), { from: 0, rows });
    fillNumbers(order, sequence, stretch);
    fillNumbersOrNull(levels, level, stretch);
    if (cutBytes) fillNumbersOrNull(cut, cutBytes, stretch);
    else fillNulls(cut, rows);
    fillTexts(messages, message, stretch);
    if (lowered) fillTexts(lower, lowered, stretch, true);
    else fillNulls(lower, rows);
    if (fields) fillTexts(structure, fields, stretch, true);
    else fillNulls(structure, rows);
    fillNumbers(origins, origin, stretch);
  };
  return { rowCount: count, fill };
}

type Ten = [Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector];

function arrivals(firstArrival: bigint, { from, rows }: Stretch): BigInt64Array<ArrayBuffer> {
  const numbers = new BigInt64Array(rows);
  let next = firstArrival + BigInt(from);
  for (let row = 0; row < rows; row += 1) numbers[row] = next++;
  return numbers;
}

function originValues(origin: PackedOrigin): (string | number | null)[] {
  const { namespace, pod, podUid, container, containerId, restart, node, workload, labels, unit, stream, source } =
    origin;
  const text = labels && JSON.stringify(labels);
  const values = [namespace, pod, podUid, container, containerId, restart, node, workload, text, unit, stream, source];
  return values.map((value) => value ?? null);
}
