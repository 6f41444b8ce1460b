import { isNativeError } from 'node:util/types';
import { endTransaction } from './end-transaction.js';
import type { BackgroundConnection } from './background-connection.js';
import type { MetricDatabase } from './metric-database.js';
import { type Part, sortedName, WRITTEN } from './metric-layout.js';
import { objectRanges } from './object-ranges.js';

const HOUR_MS = 3_600_000;
type Database = Pick<MetricDatabase, 'maintain' | 'write' | 'swapLayout'>;

/** Rows that are sorted at once. */
const ROWS_AT_ONCE = 100_000;

/**
 * Moves the finished hours of open days from the tables that take samples, where a cycle's objects follow one another, into tables beside them in which an object's
 * hour stands together: a question about few objects then unpacks few blocks. An hour of a kind is one transaction, which copies its rows on the
 * background connection beside reads and appends, and deletes them where they were within `write`: readers see each row once, a kill leaves it where it
 * was, and what comes for the hour later is moved the next time. When rows were written again meanwhile, DuckDB refuses to delete them: the hour is left
 * for the next time.
 * @param untilMs hours that ended at or before this instant are moved
 * @returns how many rows were moved
 */
export async function sortHours(database: Database, untilMs: number): Promise<number> {
  return database.maintain(async (background) => {
    const endMs = Math.floor(untilMs / HOUR_MS) * HOUR_MS;
    const layout = await database.write((_, layout) => Promise.resolve(layout));
    const due: { readonly part: Part; readonly hours: readonly number[] }[] = [];
    for (const part of layout.parts) {
      if (part.isSegment || part.isSorted || part.kind === WRITTEN || part.dayMs >= endMs) continue;
      const hours = await hoursOf(background, part, endMs);
      if (hours.length > 0) due.push({ part, hours });
    }
    await makeSorted(
      database,
      due.map(({ part }) => part),
    );
    let rows = 0;
    for (const { part, hours } of due) {
      for (const hourMs of hours) rows += await sortHour(database, background, part, hourMs);
    }
    return rows;
  });
}

/** Starts of the hours of which the table has rows, ms since the epoch. */
async function hoursOf(background: BackgroundConnection, { name }: Part, endMs: number): Promise<number[]> {
  const hour = `cycle_at - cycle_at % ${String(HOUR_MS)}`;
  const result = await background.run(
    `SELECT DISTINCT (${hour})::DOUBLE AS hour FROM ${name} WHERE cycle_at < ${String(endMs)} ORDER BY hour`,
  );
  return ((await result.getRowsJS()) as [number][]).map(([hourMs]) => hourMs);
}

/** Makes the sorted tables, with every column that the open ones have, while nobody reads: a query that does not know them yet would miss what is moved. */
async function makeSorted(database: Database, parts: readonly Part[]): Promise<void> {
  await database.write(async (connection, layout) => {
    const statements = parts.flatMap((part) => {
      const name = sortedName(part);
      const found = layout.parts.find((one) => one.name === name);
      if (!found) return [`CREATE TABLE ${name} AS SELECT * FROM ${part.name} LIMIT 0`];
      const missing = part.metrics.filter((metric) => !found.metrics.includes(metric));
      return missing.map((metric) => `ALTER TABLE ${name} ADD COLUMN "${metric}" DOUBLE`);
    });
    if (statements.length === 0) return;
    await database.swapLayout(async () => {
      for (const statement of statements) await connection.run(statement);
    });
  });
}

async function sortHour(
  database: Database,
  background: BackgroundConnection,
  part: Part,
  hourMs: number,
): Promise<number> {
  const { name } = part;
  const hour = `cycle_at >= ${String(hourMs)} AND cycle_at < ${String(hourMs + HOUR_MS)}`;
  await background.run('BEGIN');
  try {
    const source = `SELECT * FROM ${name} WHERE ${hour}`;
    for (const { first, last } of await objectRanges(background, [{ source, rowsAtOnce: ROWS_AT_ONCE }])) {
      const range = `object_id BETWEEN ${String(first)} AND ${String(last)}`;
      await background.run(
        `INSERT INTO ${sortedName(part)} BY NAME ${source} AND ${range} ORDER BY object_id, cycle_at`,
      );
    }
    return await database.write(async () => {
      const { rowsChanged } = await background.run(`DELETE FROM ${name} WHERE ${hour}`);
      await background.run('COMMIT');
      return rowsChanged;
    });
  } catch (error) {
    await endTransaction(background);
    if (isConflict(error)) return 0;
    throw error;
  }
}

/** DuckDB's words (1.5) for rows or a table that another transaction has changed since this one began. */
function isConflict(error: unknown): boolean {
  return isNativeError(error) && /conflict/i.test(error.message);
}
