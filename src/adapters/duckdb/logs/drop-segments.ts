import { changeCatalogue } from './change-catalogue.js';
import type { LogDatabase } from './log-database.js';
import { forgetSegments, type LogSegment, readSegments } from './log-segment.js';

export interface Retention {
  /** Lines that were written, or taken in, before are forgotten; ns since the epoch. */
  readonly beforeNs: bigint;
  /** The oldest segments go until the rest takes at most so much; 0: no bound. */
  readonly maxBytes: number;
  /** What the store takes besides segments. */
  readonly otherBytes: number;
}

/** Which segments go: a segment whose every line is too old, and the oldest beyond the bytes. */
export function planDrops(
  segments: readonly LogSegment[],
  { beforeNs, maxBytes, otherBytes }: Retention,
): LogSegment[] {
  const isOld = ({ lastTime, lastObserved }: LogSegment): boolean => lastTime < beforeNs || lastObserved < beforeNs;
  const dropped = segments.filter(isOld);
  const kept = segments
    .filter((segment) => !isOld(segment))
    .sort((left, right) => (left.lastTime < right.lastTime ? -1 : 1));
  let bytes = kept.reduce((sum, segment) => sum + segment.bytes, otherBytes);
  for (const segment of maxBytes > 0 ? kept : []) {
    if (bytes <= maxBytes) break;
    dropped.push(segment);
    bytes -= segment.bytes;
  }
  return dropped;
}

/** Forgets segments; their files are the caller's to remove. Numbers of lines are never given again. @returns how many lines went */
export async function dropSegments(database: LogDatabase, retention: Retention): Promise<number> {
  return database.write(async (connection) => {
    const dropped = planDrops(await readSegments(connection), retention);
    await changeCatalogue(connection, async () => {
      await connection.run(`DELETE FROM lost WHERE last_time < ${String(retention.beforeNs)}`);
      if (dropped.length === 0) return;
      await connection.run(
        'UPDATE store SET next_arrival = greatest(next_arrival, (SELECT coalesce(max(last_arrival), -1) + 1 FROM segments))',
      );
      await forgetSegments(
        connection,
        dropped.map(({ file }) => file),
      );
    });
    return dropped.reduce((sum, { lines }) => sum + lines, 0);
  });
}
