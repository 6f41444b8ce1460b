import { sql, type Kysely } from 'kysely';
import { known } from '../../cluster/core/raw-object.js';
import type { EventSinkWritten } from '../../events/sinks/event-sink.port.js';
import { EventSinkRecords, type EventSinkState } from '../../events/sinks/event-sink-records.port.js';
import { Database } from './database.js';

/** `bigint` comes as text. */
interface SinkRow {
  name: string;
  position: string | number;
  begun_at: Date;
  written_events: string | number;
  refused_events: string | number;
  failures: string | number;
  failures_in_row: number;
  last_success_at: Date | null;
  failing_since: Date | null;
  last_failure_at: Date | null;
  last_failure: string | null;
}
interface Tables {
  event_sinks: SinkRow;
}

/** Where the sinks of events stand, in PostgreSQL. */
export class PostgresEventSinkRecords extends EventSinkRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async begin(sink: string, atMs: number): Promise<EventSinkState> {
    await sql`INSERT INTO event_sinks (name, position, begun_at)
      SELECT ${sink}, newest, ${new Date(atMs)} FROM event_head ON CONFLICT (name) DO NOTHING`.execute(this.#tables);
    const row = await this.#tables
      .selectFrom('event_sinks')
      .selectAll()
      .where('name', '=', sink)
      .executeTakeFirstOrThrow();
    return stateOf(row);
  }

  override async written(
    sink: string,
    from: number,
    to: number,
    { events, refusedEvents }: EventSinkWritten,
    atMs: number,
  ): Promise<boolean> {
    const result = await sql`UPDATE event_sinks SET position = ${to}, written_events = written_events + ${events},
        refused_events = refused_events + ${refusedEvents}, last_success_at = ${new Date(atMs)}, failing_since = NULL,
        failures_in_row = 0
      WHERE name = ${sink} AND position = ${from}`.execute(this.#tables);
    return result.numAffectedRows === 1n;
  }

  override async failed(sink: string, reason: string, atMs: number): Promise<void> {
    const at = new Date(atMs);
    await sql`UPDATE event_sinks SET failures = failures + 1, failures_in_row = failures_in_row + 1,
        failing_since = coalesce(failing_since, ${at}), last_failure_at = ${at}, last_failure = ${reason}
      WHERE name = ${sink}`.execute(this.#tables);
  }

  get #tables(): Kysely<Tables> {
    return this.database.tables<Tables>();
  }
}

function stateOf(row: SinkRow): EventSinkState {
  return known({
    name: row.name,
    position: Number(row.position),
    begunAtMs: row.begun_at.getTime(),
    writtenEvents: Number(row.written_events),
    refusedEvents: Number(row.refused_events),
    failures: Number(row.failures),
    failuresInRow: row.failures_in_row,
    lastSuccessAtMs: row.last_success_at?.getTime(),
    failingSinceMs: row.failing_since?.getTime(),
    lastFailureAtMs: row.last_failure_at?.getTime(),
    lastFailure: row.last_failure ?? undefined,
  });
}
