import { sql, type Kysely } from 'kysely';
import type { SinkWritten } from '../../metrics/sinks/metric-sink.port.js';
import { type Backlog, type ClosedCycle, SinkRecords, type SinkState } from '../../metrics/sinks/sink-records.port.js';
import { Database } from './database.js';

/** `bigint` comes as text. */
interface SinkRow {
  name: string;
  position: string | number;
  begun_at: Date;
  written_cycles: string | number;
  written_points: string | number;
  refused_points: string | number;
  dropped_cycles: string | number;
  failures: string | number;
  failures_in_row: number;
  last_cycle_at: Date | null;
  last_success_at: Date | null;
  failing_since: Date | null;
  last_failure_at: Date | null;
  last_failure: string | null;
}
interface CycleRow {
  cycle_at: Date;
  closed_at: Date | null;
  nodes_present: number | null;
  closing: string | number | null;
}
interface Tables {
  metric_sinks: SinkRow;
  metric_cycles: CycleRow;
}

/** Where the sinks stand, in PostgreSQL. */
export class PostgresSinkRecords extends SinkRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async begin(sink: string, atMs: number): Promise<SinkState> {
    await sql`INSERT INTO metric_sinks (name, position, begun_at)
      SELECT ${sink}, newest, ${new Date(atMs)} FROM metric_closings ON CONFLICT (name) DO NOTHING`.execute(
      this.#tables(),
    );
    const [state] = await this.find([sink]);
    if (!state) throw new Error('A sink that was begun is not in the records');
    return state;
  }

  override async find(sinks: readonly string[]): Promise<readonly SinkState[]> {
    if (sinks.length === 0) return [];
    const rows = await this.#tables()
      .selectFrom('metric_sinks')
      .selectAll()
      .where('name', 'in', sinks)
      .orderBy('name')
      .execute();
    return rows.map(stateOf);
  }

  override async pending(position: number, limit: number): Promise<readonly ClosedCycle[]> {
    const rows = await this.#closings(position).orderBy('closing').limit(limit).execute();
    return rows.map(closedOf);
  }

  override async backlog(position: number): Promise<Backlog> {
    const [counted, [oldest], newest] = await Promise.all([
      this.#tables()
        .selectFrom('metric_cycles')
        .select((columns) => columns.fn.countAll().as('cycles'))
        .where('closing', '>', position)
        .executeTakeFirst(),
      this.pending(position, 1),
      this.#closings(position).orderBy('closing', 'desc').limit(1).executeTakeFirst(),
    ]);
    return {
      cycles: Number(counted?.cycles ?? 0),
      ...(oldest ? { oldest } : {}),
      ...(newest ? { newest: closedOf(newest) } : {}),
    };
  }

  override async written(
    sink: string,
    from: number,
    cycle: ClosedCycle,
    { points, refusedPoints }: SinkWritten,
    atMs: number,
  ): Promise<boolean> {
    const result = await sql`UPDATE metric_sinks SET position = ${cycle.closing}, written_cycles = written_cycles + 1,
        written_points = written_points + ${points}, refused_points = refused_points + ${refusedPoints},
        last_cycle_at = ${new Date(cycle.cycleAtMs)}, last_success_at = ${new Date(atMs)}, failing_since = NULL, failures_in_row = 0
      WHERE name = ${sink} AND position = ${from}`.execute(this.#tables());
    return result.numAffectedRows === 1n;
  }

  override async dropped(sink: string, from: number, to: number, cycles: number): Promise<boolean> {
    const result = await sql`UPDATE metric_sinks SET position = ${to}, dropped_cycles = dropped_cycles + ${cycles}
      WHERE name = ${sink} AND position = ${from}`.execute(this.#tables());
    return result.numAffectedRows === 1n;
  }

  override async failed(sink: string, reason: string, atMs: number): Promise<void> {
    const at = new Date(atMs);
    await sql`UPDATE metric_sinks SET failures = failures + 1, failures_in_row = failures_in_row + 1,
        failing_since = coalesce(failing_since, ${at}), last_failure_at = ${at}, last_failure = ${reason}
      WHERE name = ${sink}`.execute(this.#tables());
  }

  override async hold(sink: string, holder: string, nowMs: number, untilMs: number): Promise<boolean> {
    const result = await sql`UPDATE metric_sinks SET held_by = ${holder}, held_until = ${new Date(untilMs)}
      WHERE name = ${sink} AND (held_by = ${holder} OR held_until <= ${new Date(nowMs)})`.execute(this.#tables());
    return result.numAffectedRows === 1n;
  }

  #tables(): Kysely<Tables> {
    return this.database.tables<Tables>();
  }

  #closings(position: number) {
    return this.#tables()
      .selectFrom('metric_cycles')
      .select(['closing', 'cycle_at', 'closed_at', 'nodes_present'])
      .where('closing', '>', position);
  }
}

function closedOf({ closing, cycle_at, closed_at, nodes_present }: CycleRow): ClosedCycle {
  return {
    closing: Number(closing),
    cycleAtMs: cycle_at.getTime(),
    closedAtMs: closed_at?.getTime() ?? 0,
    nodesPresent: nodes_present ?? 0,
  };
}

function stateOf(row: SinkRow): SinkState {
  return {
    name: row.name,
    position: Number(row.position),
    begunAtMs: row.begun_at.getTime(),
    writtenCycles: Number(row.written_cycles),
    writtenPoints: Number(row.written_points),
    refusedPoints: Number(row.refused_points),
    droppedCycles: Number(row.dropped_cycles),
    failures: Number(row.failures),
    failuresInRow: row.failures_in_row,
    ...(row.last_cycle_at ? { lastCycleAtMs: row.last_cycle_at.getTime() } : {}),
    ...(row.last_success_at ? { lastSuccessAtMs: row.last_success_at.getTime() } : {}),
    ...(row.failing_since ? { failingSinceMs: row.failing_since.getTime() } : {}),
    ...(row.last_failure_at ? { lastFailureAtMs: row.last_failure_at.getTime() } : {}),
    ...(row.last_failure === null ? {} : { lastFailure: row.last_failure }),
  };
}
