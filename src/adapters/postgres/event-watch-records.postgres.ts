import { sql, type Kysely } from 'kysely';
import { known } from '../../cluster/core/raw-object.js';
import {
  EventWatchRecords,
  type EventGap,
  type EventWatchProgress,
  type EventWatchState,
} from '../../events/watch/event-watch-records.port.js';
import { Database } from './database.js';

interface Tables {
  event_watch: {
    held_by: string | null;
    held_until: Date;
    resource_version: string | null;
    state: EventWatchState;
    reason: string | null;
    as_of: Date | null;
  };
  event_gaps: { from_at: Date; to_at: Date };
}

/** Who follows the cluster's events, in PostgreSQL. */
export class PostgresEventWatchRecords extends EventWatchRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async hold(holder: string, nowMs: number, untilMs: number): Promise<boolean> {
    const result = await sql`UPDATE event_watch SET held_by = ${holder}, held_until = ${new Date(untilMs)}
      WHERE held_by = ${holder} OR held_until <= ${new Date(nowMs)}`.execute(this.#tables);
    return result.numAffectedRows === 1n;
  }

  override async note(holder: string, progress: EventWatchProgress): Promise<boolean> {
    const { numUpdatedRows } = await this.#tables
      .updateTable('event_watch')
      .set({
        resource_version: progress.resourceVersion ?? null,
        state: progress.state,
        reason: progress.reason ?? null,
        as_of: progress.asOfMs === undefined ? null : new Date(progress.asOfMs),
      })
      .where('held_by', '=', holder)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  override async read(): Promise<EventWatchProgress & { readonly heldUntilMs: number }> {
    const row = await this.#tables.selectFrom('event_watch').selectAll().executeTakeFirstOrThrow();
    return known({
      resourceVersion: row.resource_version ?? undefined,
      state: row.state,
      reason: row.reason ?? undefined,
      asOfMs: row.as_of?.getTime(),
      heldUntilMs: row.held_until.getTime(),
    });
  }

  override async addGap({ fromMs, toMs }: EventGap): Promise<void> {
    await this.#tables
      .insertInto('event_gaps')
      .values({ from_at: new Date(fromMs), to_at: new Date(toMs) })
      .onConflict((conflict) => conflict.column('from_at').doUpdateSet({ to_at: sql`excluded.to_at` }))
      .execute();
  }

  override async gaps(span: { readonly fromMs?: number; readonly toMs?: number }): Promise<readonly EventGap[]> {
    let query = this.#tables.selectFrom('event_gaps').selectAll().orderBy('from_at');
    if (span.fromMs !== undefined) query = query.where('to_at', '>', new Date(span.fromMs));
    if (span.toMs !== undefined) query = query.where('from_at', '<', new Date(span.toMs));
    const rows = await query.execute();
    return rows.map(({ from_at, to_at }) => ({ fromMs: from_at.getTime(), toMs: to_at.getTime() }));
  }

  override async trimGaps(beforeMs: number): Promise<number> {
    const { numDeletedRows } = await this.#tables
      .deleteFrom('event_gaps')
      .where('to_at', '<', new Date(beforeMs))
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  get #tables(): Kysely<Tables> {
    return this.database.tables<Tables>();
  }
}
