import { BulkParser } from '../../src/logs/ingest/bulk-parser.js';
import { type BulkBody, BulkReader, type ReadBulk } from '../../src/logs/ingest/bulk-reader.js';
import { KnownOrigins } from '../../src/logs/ingest/known-origins.js';

/** Reads bodies without a thread, as the thread does. */
export class BulkReaderHere extends BulkReader {
  private readonly parser = new BulkParser();
  private readonly origins = new KnownOrigins();

  override async read(body: BulkBody): Promise<ReadBulk> {
    return this.origins.complete(this.parser.parse(body));
  }
}
