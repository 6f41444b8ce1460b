import { type DuckDBConnection, UBIGINT, BIGINT } from '@duckdb/node-api';
import { DOCUMENT_ID_MS } from '../../../logs/core/log-record.js';
import { appendRows, setRow } from '../append-rows.js';
import { BlockedBloom, type KeyHash } from './blocked-bloom.js';
import { keyHash } from './key-hash.js';

const KEPT_NS = BigInt(DOCUMENT_ID_MS) * 1_000_000n;
/** Document ids of so long stand in one table; ns. */
const PERIOD_NS = 300_000_000_000n;
const FIRST_FILTER_KEYS = 65_536;
/** One id of five hundred that is new is looked up in the tables. */
const BITS_PER_KEY = 16;

export interface Document {
  readonly documentId: string;
  readonly observedNs: bigint;
}

interface Period {
  readonly number: bigint;
  /** Each twice as large as the one before. */
  readonly filters: { readonly bloom: BlockedBloom; room: number }[];
}

/**
 * The document ids of the last fifteen minutes, by their hash: in tables, so that they outlive a restart, and in Bloom filters (two bytes an id), so that a table is
 * only asked when an id was probably there. Everything runs within the writer's transaction.
 */
export class KnownDocuments {
  private periods: Period[] = [];

  /** Learns what the tables have. */
  async load(connection: DuckDBConnection): Promise<void> {
    this.periods = [];
    const tables = await connection.runAndReadAll(
      `SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'documents\\_%' ESCAPE '\\'`,
    );
    for (const [name] of tables.getRowsJS() as [string][]) {
      const period: Period = { number: BigInt(name.slice('documents_'.length)), filters: [] };
      const result = await connection.stream(`SELECT hash FROM ${name}`);
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        for (const value of chunk.getColumnValues(0)) note(period, splitHash(value as bigint));
      }
      this.periods.push(period);
    }
  }

  /** Which of these documents are known already, or stand twice among them; the others are known from now on. */
  async know(connection: DuckDBConnection, documents: readonly (Document | undefined)[]): Promise<boolean[]> {
    const hashes = documents.map((document) => document && keyHash(document.documentId));
    const maybe = new Set<bigint>();
    for (const hash of hashes) if (hash && this.mayKnow(hash)) maybe.add(joinHash(hash));
    const lastNs = maybe.size === 0 ? new Map<bigint, bigint>() : await this.look(connection, maybe);
    const isKnown = documents.map((document, index) => {
      const hash = hashes[index];
      if (!document || !hash) return false;
      const key = joinHash(hash);
      const last = lastNs.get(key);
      if (last !== undefined && document.observedNs - last < KEPT_NS) return true;
      lastNs.set(key, document.observedNs);
      return false;
    });
    await this.append(
      connection,
      documents.flatMap((document, index) => {
        const hash = hashes[index];
        return document && hash && isKnown[index] === false ? [{ hash, observedNs: document.observedNs }] : [];
      }),
    );
    return isKnown;
  }

  private mayKnow(hash: KeyHash): boolean {
    return this.periods.some(({ filters }) => filters.some(({ bloom }) => bloom.mayHave(hash)));
  }

  private async look(connection: DuckDBConnection, hashes: ReadonlySet<bigint>): Promise<Map<bigint, bigint>> {
    const list = [...hashes].join(', ');
    const selects = this.periods.map(
      ({ number }) => `SELECT hash, observed FROM ${table(number)} WHERE hash IN (${list})`,
    );
    const result = await connection.runAndReadAll(
      `SELECT hash, max(observed) FROM (${selects.join(' UNION ALL ')}) GROUP BY hash`,
    );
    return new Map(result.getRowsJS() as [bigint, bigint][]);
  }

  private async append(
    connection: DuckDBConnection,
    rows: readonly { readonly hash: KeyHash; readonly observedNs: bigint }[],
  ): Promise<void> {
    for (const [number, ofPeriod] of Map.groupBy(rows, ({ observedNs }) => observedNs / PERIOD_NS)) {
      const period = await this.period(connection, number);
      for (const { hash } of ofPeriod) note(period, hash);
      await appendRows(connection, {
        table: table(number),
        types: [UBIGINT, BIGINT],
        rowCount: ofPeriod.length,
        write: (columns, row, index) => {
          const one = ofPeriod[index];
          if (one) setRow(columns, row, [joinHash(one.hash), one.observedNs]);
        },
      });
    }
  }

  /** Makes the table of a period that is new, and drops those that nobody needs any more. */
  private async period(connection: DuckDBConnection, number: bigint): Promise<Period> {
    const found = this.periods.find((period) => period.number === number);
    if (found) return found;
    await connection.run(
      `CREATE TABLE IF NOT EXISTS ${table(number)} (hash UBIGINT NOT NULL, observed BIGINT NOT NULL)`,
    );
    const newest = this.periods.reduce((most, period) => (period.number > most ? period.number : most), number);
    const isOver = (period: Period): boolean => (period.number + 1n) * PERIOD_NS + KEPT_NS < newest * PERIOD_NS;
    for (const period of this.periods.filter(isOver))
      await connection.run(`DROP TABLE IF EXISTS ${table(period.number)}`);
    const period: Period = { number, filters: [] };
    this.periods = [...this.periods.filter((one) => !isOver(one)), period];
    return period;
  }
}

const table = (period: bigint): string => `documents_${String(period)}`;

function note({ filters }: Period, hash: KeyHash): void {
  let last = filters.at(-1);
  if (!last || last.room === 0) {
    const keys = FIRST_FILTER_KEYS * 2 ** filters.length;
    last = { bloom: new BlockedBloom(keys, BITS_PER_KEY), room: keys };
    filters.push(last);
  }
  last.bloom.add(hash);
  last.room -= 1;
}

function joinHash({ high, low }: KeyHash): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function splitHash(hash: bigint): KeyHash {
  return { high: Number(hash >> 32n), low: Number(hash & 0xffff_ffffn) };
}
