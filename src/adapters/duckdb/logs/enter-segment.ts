import { sqlText } from '../sql-text.js';
import { countMinutes } from './count-minutes.js';
import type { LogSegment, Runs } from './log-segment.js';

/** Within a transaction: names a segment in the manifest, and counts its lines by minute. */
export async function enterSegment(connection: Runs, folder: string, segment: LogSegment): Promise<void> {
  const { file, lines, bytes, digest, namespaces } = segment;
  const { firstTime, lastTime, firstArrival, lastArrival, lastObserved } = segment;
  const figures = [firstTime, lastTime, firstArrival, lastArrival, lastObserved].map(String);
  const names = namespaces ? `[${namespaces.map((name) => sqlText(name)).join(', ')}]::VARCHAR[]` : 'NULL';
  const values = [sqlText(file), String(lines), String(bytes), sqlText(digest), ...figures, names, 'false'];
  await connection.run(`INSERT INTO segments VALUES (${values.join(', ')})`);
  await countMinutes(connection, folder, file);
}
