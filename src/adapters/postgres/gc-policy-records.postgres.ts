import { sql, type Generated, type Selectable } from 'kysely';
import { GcPolicyRecords, type GcPolicyChange, type GcPolicyRecord } from '../../gc/policies/gc-policy-records.port.js';
import { Database } from './database.js';

interface PolicyRow {
  name: string;
  /** bigint: node-postgres reads it as text. */
  version: Generated<string | number>;
  body: object;
  created_by: string;
  created_at: Date;
  updated_by: string;
  updated_at: Date;
}
interface Tables {
  gc_policies: PolicyRow;
}

/** The policies of garbage collection in PostgreSQL. */
export class PostgresGcPolicyRecords extends GcPolicyRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async insert({ name, body, by, atMs }: GcPolicyChange): Promise<GcPolicyRecord | undefined> {
    const at = new Date(atMs);
    const row = await this.#tables
      .insertInto('gc_policies')
      .values({ name, body: json(body), created_by: by, created_at: at, updated_by: by, updated_at: at })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returningAll()
      .executeTakeFirst();
    return row && recordOf(row);
  }

  override async find(name: string): Promise<GcPolicyRecord | undefined> {
    const row = await this.#tables.selectFrom('gc_policies').selectAll().where('name', '=', name).executeTakeFirst();
    return row && recordOf(row);
  }

  override async list(): Promise<readonly GcPolicyRecord[]> {
    const rows = await this.#tables
      .selectFrom('gc_policies')
      .selectAll()
      .orderBy(sql`name COLLATE "C"`)
      .execute();
    return rows.map(recordOf);
  }

  override async update(
    { name, body, by, atMs }: GcPolicyChange,
    version?: number,
  ): Promise<GcPolicyRecord | undefined> {
    let query = this.#tables
      .updateTable('gc_policies')
      .set({
        body: json(body),
        version: sql<number>`nextval('gc_policy_versions')`,
        updated_by: by,
        updated_at: new Date(atMs),
      })
      .where('name', '=', name)
      .returningAll();
    if (version !== undefined) query = query.where('version', '=', version);
    const row = await query.executeTakeFirst();
    return row && recordOf(row);
  }

  override async remove(name: string, version?: number): Promise<boolean> {
    let query = this.#tables.deleteFrom('gc_policies').where('name', '=', name);
    if (version !== undefined) query = query.where('version', '=', version);
    return (await query.executeTakeFirst()).numDeletedRows > 0n;
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}

function json(body: object) {
  return sql<object>`${JSON.stringify(body)}::jsonb`;
}

function recordOf(row: Selectable<PolicyRow>): GcPolicyRecord {
  return {
    name: row.name,
    version: Number(row.version),
    body: row.body,
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
    updatedBy: row.updated_by,
    updatedAtMs: row.updated_at.getTime(),
  };
}
