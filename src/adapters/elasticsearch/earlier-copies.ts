import { DOCUMENT_ID_MS } from '../../logs/core/log-record.js';
import type { BackingIndex } from './backing-indices.js';
import type { ElasticsearchConnection } from './elasticsearch-connection.js';
import type { OutgoingLine } from './outgoing-line.js';
import { nanosOf } from './instant-nanos.js';
import type { PreparedStream } from './prepare-stream.js';

/** How far clocks of ours and the server's may be apart. */
const CLOCKS_MS = 60_000;
const DOCUMENT_ID_NS = BigInt(DOCUMENT_ID_MS) * 1_000_000n;

/** A document with a line's `_id`. */
export interface Copy {
  readonly index: string;
  /** `LogRecord.observedNs` of its record. */
  readonly observedNs: bigint;
}

/**
 * Finds documents that stand already. An `_id` is unique within one backing index only, so what may have been sent before the newest index was made
 * is looked for in those before it. Getting by `_id` sees what is not refreshed yet.
 */
export class EarlierCopies {
  constructor(private readonly connection: ElasticsearchConnection<PreparedStream>) {}

  /** The indices before the last one that were written to at any time since the lines may have been sent first. */
  indicesFor(lines: readonly OutgoingLine[], indices: readonly BackingIndex[]): string[] {
    const observedMs = lines.map(({ observedNs }) => Number(BigInt(observedNs) / 1_000_000n));
    const sinceMs = Math.min(Date.now(), ...observedMs) - DOCUMENT_ID_MS - CLOCKS_MS;
    return indices.slice(0, -1).flatMap(({ name }, at) => {
      const closedMs = indices[at + 1]?.createdMs ?? 0;
      return closedMs >= sinceMs ? [name] : [];
    });
  }

  /** @returns of each line its copy in these indices, the newest one first asked for */
  async find(lines: readonly OutgoingLine[], indices: readonly string[]): Promise<(Copy | undefined)[]> {
    if (lines.length === 0 || indices.length === 0) return lines.map(() => undefined);
    const places = lines.flatMap(({ id }) => indices.map((index) => ({ _index: index, _id: id })));
    const { docs } = await this.connection.call((client, options) =>
      client.mget<Record<string, string>>({ docs: places, _source_includes: ['event.created'] }, options),
    );
    return lines.map((_, at) => {
      const own = docs.slice(at * indices.length, (at + 1) * indices.length);
      const found = own.findLast((doc) => 'found' in doc && doc.found);
      if (!found || !('_source' in found)) return undefined;
      const { _index: index, _source: source } = found;
      return { index, observedNs: nanosOf(source?.['event.created'] ?? '') };
    });
  }
}

/** Whether a line counts as its copy: one of ours that is sent again, or one that the shipper sent twice within the time that ids count. */
export function isCopy({ isNamed, observedNs }: OutgoingLine, copy: Copy): boolean {
  if (!isNamed) return true;
  const apartNs = BigInt(observedNs) - copy.observedNs;
  return apartNs < DOCUMENT_ID_NS && apartNs > -DOCUMENT_ID_NS;
}
