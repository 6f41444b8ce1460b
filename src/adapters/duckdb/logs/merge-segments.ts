import { changeCatalogue } from './change-catalogue.js';
import { enterSegment } from './enter-segment.js';
import { segmentSource } from './log-columns.js';
import type { LogDatabase } from './log-database.js';
import { forgetSegments, type LogSegment, readSegments } from './log-segment.js';
import { writeLogSegment } from './write-log-segment.js';

/** Puts segments together into one. As `closeChunk`: it may be killed anywhere, and the old files are the caller's to remove when nobody reads them any more. */
export async function mergeSegments(database: LogDatabase, segments: readonly LogSegment[]): Promise<void> {
  await database.maintain(async (background) => {
    const folder = database.segmentFolder;
    const files = segments.map(({ file }) => file);
    const query = segmentSource(folder, files);
    const merged = await writeLogSegment(background, folder, { query, replaces: files });
    await database.write(async (connection) => {
      const listed = new Set((await readSegments(connection)).map(({ file }) => file));
      if (!merged || !files.every((file) => listed.has(file))) return; // one was set aside meanwhile
      await changeCatalogue(connection, async () => {
        await forgetSegments(connection, files);
        await enterSegment(connection, folder, merged);
      });
    });
  });
}
