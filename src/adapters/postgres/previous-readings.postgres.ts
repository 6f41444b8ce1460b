import { sql } from 'kysely';
import { PreviousReadings } from '../../metrics/collect/previous-readings.port.js';
import { Database } from './database.js';

interface Tables {
  metric_readings: { node: string; cycle_at: Date; reading: Buffer };
}

/** Rows a statement: three parameters each, far below PostgreSQL's 65,535. */
const ROWS = 1000;
const KEPT = 2;

/** The readings in PostgreSQL. */
export class PostgresPreviousReadings extends PreviousReadings {
  constructor(private readonly database: Database) {
    super();
  }

  override async load(nodes: readonly string[], beforeCycleMs: number): Promise<ReadonlyMap<string, Buffer>> {
    const rows = await this.database
      .tables<Tables>()
      .selectFrom('metric_readings')
      .distinctOn('node')
      .select(['node', 'reading'])
      .where('node', '=', sql<string>`any(${[...nodes]}::text[])`)
      .where('cycle_at', '<', new Date(beforeCycleMs))
      .orderBy('node')
      .orderBy('cycle_at', 'desc')
      .execute();
    return new Map(rows.map(({ node, reading }) => [node, reading]));
  }

  override async save(cycleAtMs: number, readings: ReadonlyMap<string, Buffer>): Promise<void> {
    const cycle_at = new Date(cycleAtMs);
    const rows = [...readings].map(([node, reading]) => ({ node, cycle_at, reading }));
    // One order everywhere, so that two saves cannot wait for each other's rows.
    rows.sort((a, b) => (a.node < b.node ? -1 : 1));
    await this.database.transaction<Tables, void>(async (transaction) => {
      for (let at = 0; at < rows.length; at += ROWS) {
        const some = rows.slice(at, at + ROWS);
        await transaction
          .insertInto('metric_readings')
          .values(some)
          .onConflict((conflict) =>
            conflict.columns(['node', 'cycle_at']).doUpdateSet((row) => ({ reading: row.ref('excluded.reading') })),
          )
          .execute();
        await sql`
          DELETE FROM metric_readings old
          WHERE old.node = any(${some.map(({ node }) => node)}::text[])
            AND (SELECT count(*) FROM metric_readings newer
                 WHERE newer.node = old.node AND newer.cycle_at > old.cycle_at) >= ${KEPT}`.execute(transaction);
      }
    });
  }

  override async trim(beforeMs: number): Promise<void> {
    await this.database
      .tables<Tables>()
      .deleteFrom('metric_readings')
      .where('cycle_at', '<', new Date(beforeMs))
      .execute();
  }
}
