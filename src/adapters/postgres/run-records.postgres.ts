import { sql, type Generated, type Selectable } from 'kysely';
import {
  RunRecords,
  type NewRun,
  type Run,
  type RunChange,
  type RunFilter,
  type RunProgress,
  type RunState,
} from '../../jobs/run-records.port.js';
import { Database } from './database.js';
import { isUuid } from '../../core/is-uuid.js';
import { deleteOldest } from './delete-oldest.js';

interface RunRow {
  id: string;
  kind: string;
  job_id: string;
  state: RunState;
  payload: object;
  done: Generated<number>;
  total: number | null;
  message: string | null;
  attempt: Generated<number>;
  holder: string | null;
  started_by: string;
  created_at: Date;
  changed_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  result: unknown;
  error: string | null;
  retry_of: string | null;
  version: Generated<number>;
}
interface Tables {
  runs: RunRow;
}

/** The runs in PostgreSQL. Every change is one guarded statement, so it holds with any number of processes. */
export class PostgresRunRecords extends RunRecords {
  constructor(private readonly database: Database) {
    super();
  }

  async insert(run: NewRun): Promise<boolean> {
    const createdAt = new Date(run.createdAtMs);
    const inserted = await this.#tables
      .insertInto('runs')
      .values({
        id: run.id,
        kind: run.kind,
        job_id: run.jobId,
        state: 'queued',
        payload: sql`${JSON.stringify(run.payload)}::jsonb`,
        started_by: run.startedBy,
        created_at: createdAt,
        changed_at: createdAt,
        retry_of: run.retryOf ?? null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  async find(id: string): Promise<Run | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.#tables.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
    return row && runOf(row);
  }

  async list(
    filter: RunFilter,
    limit: number,
    after?: { readonly createdAtMs: number; readonly id: string },
  ): Promise<Run[]> {
    let query = this.#tables
      .selectFrom('runs')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit);
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    if (filter.payload !== undefined)
      query = query.where(sql<boolean>`payload @> ${JSON.stringify(filter.payload)}::jsonb`);
    if (after)
      query = query.where(
        sql<boolean>`(created_at, id) < (${new Date(after.createdAtMs)}::timestamptz, ${after.id}::uuid)`,
      );
    return (await query.execute()).map((row) => runOf(row));
  }

  async change(id: string, change: RunChange): Promise<boolean> {
    const at = new Date(change.atMs);
    let query = this.#tables
      .updateTable('runs')
      .set((row) => ({ state: change.to, changed_at: at, version: row('version', '+', 1) }))
      .where('id', '=', id)
      .where('finished_at', 'is', null);
    if (change.to === 'running') {
      query = query.set((row) => ({
        holder: change.holder,
        attempt: change.attempt,
        started_at: row.fn.coalesce('started_at', sql<Date>`${at}::timestamptz`),
      }));
    } else {
      if (change.holder !== undefined) query = query.where('holder', '=', change.holder);
      query = query.set({ holder: null });
      if (change.to !== 'queued')
        query = query.set({
          finished_at: at,
          result: change.result === undefined ? null : sql`${JSON.stringify(change.result)}::jsonb`,
          error: change.error ?? null,
        });
    }
    return (await query.executeTakeFirst()).numUpdatedRows > 0n;
  }

  async progress(id: string, holder: string, { done, total, message }: RunProgress): Promise<boolean> {
    const updated = await this.#tables
      .updateTable('runs')
      .set((row) => ({
        done,
        total: total ?? null,
        message: message ?? null,
        changed_at: sql<Date>`now()`,
        version: row('version', '+', 1),
      }))
      .where('id', '=', id)
      .where('state', '=', 'running')
      .where('holder', '=', holder)
      .executeTakeFirst();
    return updated.numUpdatedRows > 0n;
  }

  async unfinished(unchangedSinceMs: number, limit: number): Promise<Run[]> {
    const rows = await this.#tables
      .selectFrom('runs')
      .selectAll()
      .where('finished_at', 'is', null)
      .where('changed_at', '<=', new Date(unchangedSinceMs))
      .orderBy('changed_at')
      .limit(limit)
      .execute();
    return rows.map((row) => runOf(row));
  }

  trim(finishedBeforeMs: number, limit: number): Promise<number> {
    return deleteOldest(this.#tables, {
      table: 'runs',
      key: 'id',
      at: 'finished_at',
      beforeMs: finishedBeforeMs,
      limit,
    });
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}

function runOf(row: Selectable<RunRow>): Run {
  return {
    id: row.id,
    kind: row.kind,
    jobId: row.job_id,
    state: row.state,
    payload: row.payload,
    progress: {
      done: row.done,
      ...(row.total === null ? {} : { total: row.total }),
      ...(row.message === null ? {} : { message: row.message }),
    },
    attempt: row.attempt,
    startedBy: row.started_by,
    createdAtMs: row.created_at.getTime(),
    ...(row.started_at ? { startedAtMs: row.started_at.getTime() } : {}),
    ...(row.finished_at ? { finishedAtMs: row.finished_at.getTime() } : {}),
    ...(row.result === null ? {} : { result: row.result }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.retry_of === null ? {} : { retryOf: row.retry_of }),
    version: row.version,
  };
}
