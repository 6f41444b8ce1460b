import { sql, type Generated, type Selectable } from 'kysely';
import {
  KEPT_DECISIONS,
  ResizerRecords,
  type NewResizeDecision,
  type ResizeDecisionRecord,
  type ResizeOutcome,
  type ResizerChange,
  type ResizerRecord,
  type ResizerTarget,
} from '../../stacks/resizers/resizer-records.port.js';
import { Database } from './database.js';

interface ResizerRow {
  name: string;
  /** bigint: node-postgres reads it as text. */
  version: Generated<string | number>;
  namespace: string;
  kind: ResizerTarget['kind'];
  target: string;
  body: object;
  created_by: string;
  created_at: Date;
  updated_by: string;
  updated_at: Date;
  held_by: string | null;
  held_until: Date | null;
}
interface DecisionRow {
  id: Generated<string | number>;
  resizer: string;
  at: Date;
  outcome: ResizeOutcome;
  because: string;
  details: object;
}
interface Tables {
  resizers: ResizerRow;
  resizer_decisions: DecisionRow;
}

/** The resizers in PostgreSQL. */
export class PostgresResizerRecords extends ResizerRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async insert(change: ResizerChange): Promise<ResizerRecord | 'name' | 'target'> {
    const at = new Date(change.atMs);
    const row = await this.#tables
      .insertInto('resizers')
      .values({ ...columns(change), name: change.name, created_by: change.by, created_at: at })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row) return recordOf(row);
    return (await this.find(change.name)) ? 'name' : 'target';
  }

  override async find(name: string): Promise<ResizerRecord | undefined> {
    const row = await this.#tables.selectFrom('resizers').selectAll().where('name', '=', name).executeTakeFirst();
    return row && recordOf(row);
  }

  override async list(
    { namespaces }: { readonly namespaces?: readonly string[] },
    limit: number,
    after?: string,
  ): Promise<readonly ResizerRecord[]> {
    if (namespaces?.length === 0) return [];
    const byName = sql<string>`name COLLATE "C"`;
    let query = this.#tables.selectFrom('resizers').selectAll().orderBy(byName).limit(limit);
    if (namespaces) query = query.where('namespace', 'in', namespaces);
    if (after !== undefined) query = query.where(byName, '>', after);
    return (await query.execute()).map(recordOf);
  }

  override async update(change: ResizerChange, version?: number): Promise<ResizerRecord | 'target' | undefined> {
    const { namespace, kind, name: target } = change.target;
    let query = this.#tables
      .updateTable('resizers')
      .set({ ...columns(change), version: sql<number>`nextval('resizer_versions')` })
      .where('name', '=', change.name)
      .returningAll();
    if (version !== undefined) query = query.where('version', '=', version);
    try {
      const row = await query.executeTakeFirst();
      return row && recordOf(row);
    } catch (error) {
      const other = await this.#tables
        .selectFrom('resizers')
        .select('name')
        .where('namespace', '=', namespace)
        .where('kind', '=', kind)
        .where('target', '=', target)
        .where('name', '!=', change.name)
        .executeTakeFirst();
      if (other) return 'target'; // its unique index refused
      throw error;
    }
  }

  override async remove(name: string, version?: number): Promise<boolean> {
    let query = this.#tables.deleteFrom('resizers').where('name', '=', name);
    if (version !== undefined) query = query.where('version', '=', version);
    return (await query.executeTakeFirst()).numDeletedRows > 0n;
  }

  override async hold(name: string, by: string, nowMs: number, untilMs: number): Promise<ResizerRecord | undefined> {
    const row = await this.#tables
      .updateTable('resizers')
      .set({ held_by: by, held_until: new Date(untilMs) })
      .where('name', '=', name)
      .where((is) =>
        is.or([is('held_by', 'is', null), is('held_by', '=', by), is('held_until', '<=', new Date(nowMs))]),
      )
      .returningAll()
      .executeTakeFirst();
    return row && recordOf(row);
  }

  override async release(name: string, by: string, decision: NewResizeDecision | undefined): Promise<void> {
    await this.database.transaction<Tables, void>(async (transaction) => {
      const freed = await transaction
        .updateTable('resizers')
        .set({ held_by: null, held_until: null })
        .where('name', '=', name)
        .where('held_by', '=', by)
        .executeTakeFirst();
      if (freed.numUpdatedRows === 0n || !decision) return;
      const { atMs, outcome, because, details } = decision;
      await transaction
        .insertInto('resizer_decisions')
        .values({ resizer: name, at: new Date(atMs), outcome, because, details: json(details) })
        .execute();
      await transaction
        .deleteFrom('resizer_decisions')
        .where('resizer', '=', name)
        .where('id', '<=', (one) =>
          one
            .selectFrom('resizer_decisions')
            .select('id')
            .where('resizer', '=', name)
            .orderBy('id', 'desc')
            .offset(KEPT_DECISIONS)
            .limit(1),
        )
        .execute();
    });
  }

  override async decisions(name: string, limit: number, before?: number): Promise<readonly ResizeDecisionRecord[]> {
    let query = this.#tables
      .selectFrom('resizer_decisions')
      .selectAll()
      .where('resizer', '=', name)
      .orderBy('id', 'desc')
      .limit(limit);
    if (before !== undefined) query = query.where('id', '<', before);
    return (await query.execute()).map(({ id, at, outcome, because, details }) => ({
      id: Number(id),
      atMs: at.getTime(),
      outcome,
      because,
      details,
    }));
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}

function json(body: object) {
  return sql<object>`${JSON.stringify(body)}::jsonb`;
}

function columns({ target, body, by, atMs }: ResizerChange) {
  const { namespace, kind, name } = target;
  return { namespace, kind, target: name, body: json(body), updated_by: by, updated_at: new Date(atMs) };
}

function recordOf(row: Selectable<ResizerRow>): ResizerRecord {
  return {
    name: row.name,
    version: Number(row.version),
    target: { kind: row.kind, namespace: row.namespace, name: row.target },
    body: row.body,
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
    updatedBy: row.updated_by,
    updatedAtMs: row.updated_at.getTime(),
  };
}
