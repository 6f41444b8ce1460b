import { isNativeError } from 'node:util/types';

/** What DuckDB found damaged. */
export type Damage =
  | {
      readonly part: 'log';
      /** Where the entry begins that cannot be read, when DuckDB says it. */ readonly atByte?: number;
    }
  | { readonly part: 'database' }
  | { readonly part: 'segment' };

/** An entry of the write-ahead log has its length and checksum before what DuckDB counts as its position. */
const LOG_ENTRY_HEAD = 16;

const LOG = /Failure while replaying WAL file/;
const LOG_POSITION = /at byte position (\d+)/;
/** What a full disk, a lock or a missing right says must not be in here; a sector that the disk cannot read is. */
const DATABASE =
  /Corrupt database file|not a valid DuckDB database file|Could not read enough bytes from file "[^"]*\.duckdb"|Input\/output error/i;
/** A query that meets a fault of DuckDB says so too: only when a file is opened it means the file. */
const DATABASE_AT_OPENING = /Serialization Error|INTERNAL Error/i;
const NAMES_SEGMENT = /\.parquet/i;
const SEGMENT =
  /parquet|TProtocolException|TTransportException|invalid TType|Decompression failure|Could not read enough bytes/i;
const NO_DAMAGE = /No space left on device|Could not set lock|Interrupt|Out of Memory/i;

/**
 * Reads DuckDB's message (1.5): it gives errors no code. What it knows by checksum it says so; Parquet files have none that it looks at, so what it
 * says about a segment is only a reason to look at it. Undefined: not damage, as far as one can tell.
 */
export function damageOf(error: unknown, when: 'opening' | 'running'): Damage | undefined {
  if (!isNativeError(error)) return undefined;
  const { message } = error;
  if (NO_DAMAGE.test(message)) return undefined;
  if (LOG.test(message)) {
    const position = LOG_POSITION.exec(message)?.[1];
    return position === undefined ? { part: 'log' } : { part: 'log', atByte: Number(position) - LOG_ENTRY_HEAD };
  }
  if (NAMES_SEGMENT.test(message)) return { part: 'segment' };
  if (DATABASE.test(message)) return { part: 'database' };
  if (when === 'opening' && DATABASE_AT_OPENING.test(message)) return { part: 'database' };
  return SEGMENT.test(message) ? { part: 'segment' } : undefined;
}
