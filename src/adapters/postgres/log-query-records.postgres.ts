import { sql, type ExpressionBuilder, type Selectable, type SqlBool } from 'kysely';
import {
  LogQueryRecords,
  type LogQueryChange,
  type LogQueryReader,
  type LogQueryRecord,
  type SavedParameters,
} from '../../logs/queries/log-query-records.port.js';
import { Database } from './database.js';
import { isUuid } from '../../core/is-uuid.js';

interface QueryRow {
  id: string;
  owner: string;
  owner_name: string;
  owner_namespaces: readonly string[] | null;
  name: string;
  is_shared: boolean;
  query: SavedParameters;
  created_at: Date;
  updated_at: Date;
}
interface Tables {
  log_queries: QueryRow;
}

/** The saved questions about logs in PostgreSQL. */
export class PostgresLogQueryRecords extends LogQueryRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async insert({ id, owner, createdAtMs, ...change }: LogQueryRecord): Promise<boolean> {
    const { numInsertedOrUpdatedRows = 0n } = await this.#tables
      .insertInto('log_queries')
      .values({ id, owner, created_at: new Date(createdAtMs), ...columnsOf(change) })
      .onConflict((conflict) => conflict.columns(['owner', 'name']).doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows > 0n;
  }

  override async count(owner: string): Promise<number> {
    const { count } = await this.#tables
      .selectFrom('log_queries')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .where('owner', '=', owner)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  override async find(id: string, reader: LogQueryReader): Promise<LogQueryRecord | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.#tables
      .selectFrom('log_queries')
      .selectAll()
      .where('id', '=', id)
      .where(seenBy(reader))
      .executeTakeFirst();
    return row && recordOf(row);
  }

  override async list(
    reader: LogQueryReader,
    limit: number,
    after?: { readonly name: string; readonly id: string },
  ): Promise<readonly LogQueryRecord[]> {
    let query = this.#tables
      .selectFrom('log_queries')
      .selectAll()
      .where(seenBy(reader))
      .orderBy(sql`name COLLATE "C"`)
      .orderBy('id')
      .limit(limit);
    if (after) query = query.where(sql<SqlBool>`(name COLLATE "C", id) > (${after.name}, ${after.id}::uuid)`);
    return (await query.execute()).map(recordOf);
  }

  override async update(
    id: string,
    owner: string,
    change: LogQueryChange,
  ): Promise<LogQueryRecord | 'absent' | 'taken'> {
    if (!isUuid(id)) return 'absent';
    const row = await this.#tables
      .updateTable('log_queries')
      .set(columnsOf(change))
      .where('id', '=', id)
      .where('owner', '=', owner)
      .where((builder) =>
        builder.not(
          builder.exists(
            builder
              .selectFrom('log_queries as other')
              .select('other.id')
              .where('other.owner', '=', owner)
              .where('other.name', '=', change.name)
              .where('other.id', '!=', id),
          ),
        ),
      )
      .returningAll()
      .executeTakeFirst();
    if (row) return recordOf(row);
    return (await this.find(id, { owner, namespaces: [] }))?.owner === owner ? 'taken' : 'absent';
  }

  override async remove(id: string, owner: string): Promise<boolean> {
    if (!isUuid(id)) return false;
    const { numDeletedRows } = await this.#tables
      .deleteFrom('log_queries')
      .where('id', '=', id)
      .where('owner', '=', owner)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}

function seenBy({ owner, namespaces }: LogQueryReader) {
  const isWithin = namespaces
    ? sql<SqlBool>`owner_namespaces <@ ${JSON.stringify(namespaces)}::jsonb`
    : sql<SqlBool>`true`;
  return (builder: ExpressionBuilder<Tables, 'log_queries'>) =>
    builder.or([builder.eb('owner', '=', owner), builder.and([builder.eb('is_shared', '=', true), isWithin])]);
}

function columnsOf({ name, isShared, query, ownerName, ownerNamespaces, updatedAtMs }: LogQueryChange) {
  return {
    name,
    is_shared: isShared,
    query: json<SavedParameters>(query),
    owner_name: ownerName,
    owner_namespaces: ownerNamespaces ? json<readonly string[]>(ownerNamespaces) : null,
    updated_at: new Date(updatedAtMs),
  };
}

function json<Value>(value: Value) {
  return sql<Value>`${JSON.stringify(value)}::jsonb`;
}

function recordOf(row: Selectable<QueryRow>): LogQueryRecord {
  return {
    id: row.id,
    owner: row.owner,
    ownerName: row.owner_name,
    ...(row.owner_namespaces ? { ownerNamespaces: row.owner_namespaces } : {}),
    name: row.name,
    isShared: row.is_shared,
    query: row.query,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
  };
}
