import { changeCatalogue } from './change-catalogue.js';
import { enterSegment } from './enter-segment.js';
import { linesTable, orderedChunkSource, originsTable, chunkSource } from './log-columns.js';
import type { LogDatabase } from './log-database.js';
import type { LogSegment, SegmentFacts } from './log-segment.js';
import { writeLogSegment } from './write-log-segment.js';

/** Lines of so many days back from the newest stand in segments of their own day; older and newer ones together, or a few strange clocks would make as many files. */
const DAYS_APART = 14;
const DAY_NS = 86_400_000_000_000n;

/**
 * Turns a chunk into segments, one a UTC day. May be killed anywhere and begun again: files are written under temporary names, synced, renamed, and then one transaction
 * enters them in the manifest and drops the chunk's tables. Questions that began before go on reading the tables.
 */
export async function closeChunk(database: LogDatabase, chunk: number, nowMs: number): Promise<LogSegment[]> {
  return database.maintain(async (background) => {
    const folder = database.segmentFolder;
    const today = (BigInt(nowMs) * 1_000_000n) / DAY_NS;
    const [first, last] = [today - BigInt(DAYS_APART), today + 1n].map(String);
    const day = `greatest(${first}, least(${last}, time // ${String(DAY_NS)}))`;
    const result = await background.run(`SELECT DISTINCT ${day} AS day FROM ${linesTable(chunk)} ORDER BY day`);
    const segments: LogSegment[] = [];
    for (const [number] of (await result.getRowsJS()) as [bigint][]) {
      const isOfDay = `${day} = ${String(number)}`;
      const query = `SELECT * FROM (${chunkSource(chunk)}) WHERE ${isOfDay}`;
      const ordered = (facts: SegmentFacts): string => orderedChunkSource(chunk, isOfDay, facts);
      const segment = await writeLogSegment(background, folder, { query, ordered });
      if (segment) segments.push(segment);
    }
    await database.write((connection) =>
      changeCatalogue(connection, async () => {
        for (const segment of segments) await enterSegment(connection, folder, segment);
        await connection.run(`DROP TABLE ${linesTable(chunk)}`);
        await connection.run(`DROP TABLE ${originsTable(chunk)}`);
      }),
    );
    return segments;
  });
}
