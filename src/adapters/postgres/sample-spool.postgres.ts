import { type Kysely, sql } from 'kysely';
import type { ScopeSamples } from '../../metrics/metric-store.port.js';
import { SampleSpool, type Spooled, type SpoolState } from '../../metrics/spool/sample-spool.port.js';
import { Database } from './database.js';
import { packSamples, unpackSamples } from './pack-samples.js';

interface SpoolRow {
  cycle_at: Date;
  scope: string;
  version: string | number;
  samples: Buffer;
}
interface Tables {
  metric_spool: SpoolRow;
}

const SCOPES_AT_ONCE = 50;
/** Rows of one statement: a megabyte or two. */
const ROWS_AT_ONCE = 100;

/** Samples that wait, in PostgreSQL: workers come and go and have no disk of their own, the records stay. */
export class PostgresSampleSpool extends SampleSpool {
  constructor(private readonly database: Database) {
    super();
  }

  override async put(cycleAtMs: number, scopes: readonly ScopeSamples[], maxBytes: number): Promise<number> {
    const cycle_at = new Date(cycleAtMs);
    const latest = new Map(scopes.map(({ scope, samples }) => [scope, samples]));
    // In order, so that of two processes that put the same scopes one waits for the other and never both.
    const ordered = [...latest].sort(([a], [b]) => (a < b ? -1 : 1));
    const rows = await Promise.all(
      ordered.map(async ([scope, samples]) => ({ cycle_at, scope, samples: await packSamples(samples) })),
    );
    return this.database.transaction<Tables, number>(async (transaction) => {
      for (let offset = 0; offset < rows.length; offset += ROWS_AT_ONCE) {
        const values = rows
          .slice(offset, offset + ROWS_AT_ONCE)
          .map((row) => sql`(${row.cycle_at}, ${row.scope}, ${row.samples})`);
        await sql`INSERT INTO metric_spool (cycle_at, scope, samples) VALUES ${sql.join(values)}
          ON CONFLICT (cycle_at, scope) DO UPDATE SET samples = excluded.samples, version = DEFAULT`.execute(
          transaction,
        );
      }
      return dropOldest(transaction, maxBytes);
    });
  }

  override async oldest(): Promise<{ readonly cycleAtMs: number; readonly scopes: readonly Spooled[] } | undefined> {
    for (;;) {
      const rows = await this.#tables()
        .selectFrom('metric_spool')
        .selectAll()
        .where('cycle_at', '=', sql<Date>`(SELECT min(cycle_at) FROM metric_spool)`)
        .orderBy('scope')
        .limit(SCOPES_AT_ONCE)
        .execute();
      const [first] = rows;
      if (!first) return undefined;
      const read = await Promise.all(rows.map(unpack));
      const scopes = read.filter((spooled) => spooled !== undefined);
      const broken = rows.filter((_, index) => read[index] === undefined);
      await this.remove(broken.map(({ version }) => Number(version)));
      if (scopes.length > 0) return { cycleAtMs: first.cycle_at.getTime(), scopes };
    }
  }

  override async remove(versions: readonly number[]): Promise<void> {
    if (versions.length === 0) return;
    await this.#tables().deleteFrom('metric_spool').where('version', 'in', versions).execute();
  }

  override async isEmpty(): Promise<boolean> {
    return (await this.#tables().selectFrom('metric_spool').select('scope').limit(1).execute()).length === 0;
  }

  override async state(): Promise<SpoolState> {
    const { rows } = await sql<{ cycles: string; bytes: string; oldest: Date | null }>`
      SELECT count(DISTINCT cycle_at) AS cycles, coalesce(sum(octet_length(samples)), 0) AS bytes, min(cycle_at) AS oldest
      FROM metric_spool`.execute(this.#tables());
    const [{ cycles, bytes, oldest } = { cycles: 0, bytes: 0, oldest: null }] = rows;
    return { cycles: Number(cycles), bytes: Number(bytes), ...(oldest ? { oldestCycleAtMs: oldest.getTime() } : {}) };
  }

  override async hold(holder: string, nowMs: number, untilMs: number): Promise<boolean> {
    const result = await sql`UPDATE metric_spool_lease SET held_by = ${holder}, held_until = ${new Date(untilMs)}
      WHERE held_by = ${holder} OR held_until <= ${new Date(nowMs)}`.execute(this.#tables());
    return result.numAffectedRows === 1n;
  }

  #tables(): Kysely<Tables> {
    return this.database.tables<Tables>();
  }
}

/** Removes the oldest cycles until no more than `maxBytes` are left, but never the newest cycle. */
async function dropOldest(transaction: Kysely<Tables>, maxBytes: number): Promise<number> {
  const { rows } = await sql<{ cycles: string }>`
    WITH sizes AS (SELECT cycle_at, sum(octet_length(samples)) AS bytes FROM metric_spool GROUP BY cycle_at),
      summed AS (SELECT cycle_at, sum(bytes) OVER (ORDER BY cycle_at DESC) AS newer, row_number() OVER (ORDER BY cycle_at DESC) AS place FROM sizes),
      gone AS (DELETE FROM metric_spool WHERE cycle_at IN (SELECT cycle_at FROM summed WHERE newer > ${maxBytes} AND place > 1) RETURNING cycle_at)
    SELECT count(DISTINCT cycle_at) AS cycles FROM gone`.execute(transaction);
  return Number(rows[0]?.cycles ?? 0);
}

/** Undefined when the bytes are damaged. */
async function unpack({ scope, version, samples: bytes }: SpoolRow): Promise<Spooled | undefined> {
  const samples = await unpackSamples(bytes);
  return samples && { version: Number(version), scope: { scope, samples } };
}
