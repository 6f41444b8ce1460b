import { type Kysely, sql } from 'kysely';
import type { ScopeSamples } from '../../metrics/metric-store.port.js';
import { SinkSamples } from '../../metrics/sinks/sink-samples.port.js';
import { Database } from './database.js';
import { packSamples, unpackSamples } from './pack-samples.js';

interface Tables {
  /** One row: the number of the newest closing. */
  metric_closings: { newest: string };
  metric_cycles: { cycle_at: Date; closing: string | null };
  metric_sink_samples: { cycle_at: Date; scope: string; put_after: string; samples: Buffer };
}

const SCOPES_AT_ONCE = 50;
/** Rows of one statement: a megabyte or two. */
const ROWS_AT_ONCE = 100;

/** What waits for sinks, in PostgreSQL: workers come and go and have no disk of their own, the records stay. */
export class PostgresSinkSamples extends SinkSamples {
  constructor(private readonly database: Database) {
    super();
  }

  /**
   * Closings wait for the lock that this takes, and it waits for them. So a closing with a higher number than `put_after` shows the samples to whoever sees it, and one
   * with none higher may have been read without them.
   */
  override async put(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void> {
    const latest = new Map(scopes.map(({ scope, samples }) => [scope, samples]));
    // In order, so that of two processes that put the same scopes one waits for the other and never both.
    const packed = [...latest].sort(([a], [b]) => (a < b ? -1 : 1)).map(async ([scope, samples]) => [scope, await packSamples(samples)] as const); // prettier-ignore
    const rows = await Promise.all(packed);
    await this.database.transaction<Tables, void>(async (transaction) => {
      const { newest } = await transaction
        .selectFrom('metric_closings')
        .select('newest')
        .forShare()
        .executeTakeFirstOrThrow();
      for (let offset = 0; offset < rows.length; offset += ROWS_AT_ONCE) {
        const page = rows.slice(offset, offset + ROWS_AT_ONCE);
        await transaction
          .insertInto('metric_sink_samples')
          .values(
            page.map(([scope, samples]) => ({ cycle_at: new Date(cycleAtMs), scope, put_after: newest, samples })),
          )
          .onConflict((conflict) =>
            conflict.columns(['cycle_at', 'scope']).doUpdateSet((columns) => ({
              samples: columns.ref('excluded.samples'),
              put_after: columns.ref('excluded.put_after'),
            })),
          )
          .execute();
      }
    });
  }

  override async *read(cycleAtMs: number, signal?: AbortSignal): AsyncGenerator<readonly ScopeSamples[]> {
    for (let after: string | undefined; ;) {
      signal?.throwIfAborted();
      const rows = await this.#tables()
        .selectFrom('metric_sink_samples')
        .select(['scope', 'samples'])
        .where('cycle_at', '=', new Date(cycleAtMs))
        .$if(after !== undefined, (query) => query.where('scope', '>', after ?? ''))
        .orderBy('scope')
        .limit(SCOPES_AT_ONCE)
        .execute();
      const read = rows.map(async ({ scope, samples }) => ({ scope, samples: await unpackSamples(samples) }));
      const scopes = (await Promise.all(read)).filter((one): one is ScopeSamples => one.samples !== undefined);
      if (scopes.length > 0) yield scopes;
      if (rows.length < SCOPES_AT_ONCE) return;
      after = rows.at(-1)?.scope;
    }
  }

  override async estimateBytes(cycleAtMs: number): Promise<number> {
    const { rows } = await sql<{ bytes: string }>`SELECT coalesce(sum(octet_length(samples)), 0) AS bytes
      FROM metric_sink_samples WHERE cycle_at = ${new Date(cycleAtMs)}`.execute(this.#tables());
    return Number(rows[0]?.bytes ?? 0);
  }

  /** A row that is put again meanwhile is judged by its new `put_after`, which a subquery would not do. */
  override async forget(position: number, keptFromMs: number): Promise<void> {
    await sql`DELETE FROM metric_sink_samples AS kept USING metric_cycles AS cycle
      WHERE cycle.cycle_at = kept.cycle_at AND cycle.closing > kept.put_after AND cycle.closing <= ${position}`.execute(
      this.#tables(),
    );
    await this.#tables().deleteFrom('metric_sink_samples').where('cycle_at', '<', new Date(keptFromMs)).execute();
  }

  #tables(): Kysely<Tables> {
    return this.database.tables<Tables>();
  }
}
