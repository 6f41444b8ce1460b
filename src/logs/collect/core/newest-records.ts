import { compareInPod } from '../../core/query/cluster-place.js';
import type { LogRecord } from '../../core/log-record.js';

/** Beyond the bound by a part of it, so that the records are not sorted for each that comes. */
const SLACK = 1.25;
/** Of a record besides its message, fields and labels: names, times, ids. */
const NAMES_BYTES = 400;

/** Keeps the newest records of one pod up to a number of bytes in memory, about; what is older is let go and told. */
export class NewestRecords {
  private records: { readonly record: LogRecord; readonly bytes: number }[] = [];
  private bytes = 0;
  private leftOutUpToNs: bigint | undefined;

  constructor(private readonly maxBytes: number) {}

  push(record: LogRecord): void {
    const bytes = bytesOf(record);
    this.records.push({ record, bytes });
    this.bytes += bytes;
    if (this.bytes > this.maxBytes * SLACK) this.shrink();
  }

  /** @returns the records, the oldest first; and up to when (exclusive, ns since the epoch) some are left out, absent when none is */
  end(): { readonly records: readonly LogRecord[]; readonly leftOutUpToNs?: bigint } {
    this.shrink();
    const records = this.records.map(({ record }) => record);
    return { records, ...(this.leftOutUpToNs === undefined ? {} : { leftOutUpToNs: this.leftOutUpToNs }) };
  }

  private shrink(): void {
    this.records.sort((left, right) => compareInPod(left.record, right.record));
    let from = 0;
    for (; this.bytes > this.maxBytes && from < this.records.length - 1; from += 1)
      this.bytes -= this.records[from]?.bytes ?? 0;
    const newest = this.records[from - 1];
    if (!newest) return;
    const upToNs = newest.record.timeNs + 1n;
    if (this.leftOutUpToNs === undefined || upToNs > this.leftOutUpToNs) this.leftOutUpToNs = upToNs;
    this.records = this.records.slice(from);
  }
}

function bytesOf({ message, fields }: LogRecord): number {
  return NAMES_BYTES + message.length + (fields ? JSON.stringify(fields).length : 0);
}
