import { sql, type Selectable } from 'kysely';
import type { Cadence } from '../../jobs/job-queue.port.js';
import { ScheduleRecords, type ScheduleRecord } from '../../jobs/schedule-records.port.js';
import { Database } from './database.js';

interface ScheduleRow {
  name: string;
  kind: string;
  payload: object;
  cron: string | null;
  time_zone: string | null;
  /** bigint: node-postgres reads it as text. */
  every_ms: string | number | null;
  created_by: string;
  created_at: Date;
  updated_at: Date;
}
interface Tables {
  schedules: ScheduleRow;
}

/** The schedules in PostgreSQL. */
export class PostgresScheduleRecords extends ScheduleRecords {
  constructor(private readonly database: Database) {
    super();
  }

  async insert(schedule: ScheduleRecord): Promise<boolean> {
    const inserted = await this.#tables
      .insertInto('schedules')
      .values({
        name: schedule.name,
        ...contentOf(schedule),
        created_by: schedule.createdBy,
        created_at: new Date(schedule.createdAtMs),
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirst();
    return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  async find(name: string): Promise<ScheduleRecord | undefined> {
    const row = await this.#tables.selectFrom('schedules').selectAll().where('name', '=', name).executeTakeFirst();
    return row && scheduleOf(row);
  }

  async list(): Promise<ScheduleRecord[]> {
    const rows = await this.#tables
      .selectFrom('schedules')
      .selectAll()
      .orderBy(sql`name COLLATE "C"`)
      .execute();
    return rows.map((row) => scheduleOf(row));
  }

  async update(
    schedule: Pick<ScheduleRecord, 'name' | 'kind' | 'payload' | 'cadence' | 'updatedAtMs'>,
  ): Promise<boolean> {
    const updated = await this.#tables
      .updateTable('schedules')
      .set(contentOf(schedule))
      .where('name', '=', schedule.name)
      .executeTakeFirst();
    return updated.numUpdatedRows > 0n;
  }

  async remove(name: string): Promise<boolean> {
    const removed = await this.#tables.deleteFrom('schedules').where('name', '=', name).executeTakeFirst();
    return removed.numDeletedRows > 0n;
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}

function contentOf({
  kind,
  payload,
  cadence,
  updatedAtMs,
}: Pick<ScheduleRecord, 'kind' | 'payload' | 'cadence' | 'updatedAtMs'>) {
  const every = 'everyMs' in cadence ? cadence : undefined;
  const cron = 'cron' in cadence ? cadence : undefined;
  return {
    kind,
    payload: sql<object>`${JSON.stringify(payload)}::jsonb`,
    cron: cron?.cron ?? null,
    time_zone: cron?.timeZone ?? null,
    every_ms: every?.everyMs ?? null,
    updated_at: new Date(updatedAtMs),
  };
}

function scheduleOf(row: Selectable<ScheduleRow>): ScheduleRecord {
  return {
    name: row.name,
    kind: row.kind,
    payload: row.payload,
    cadence: cadenceOf(row),
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
  };
}

function cadenceOf({ cron, time_zone: timeZone, every_ms: everyMs }: Selectable<ScheduleRow>): Cadence {
  return cron === null ? { everyMs: Number(everyMs) } : { cron, timeZone: timeZone ?? 'UTC' };
}
