import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { sql, type Selectable } from 'kysely';
import { GcPlanRecords, type GcPlanNode, type GcPlanRecord } from '../../gc/plans/gc-plan-records.port.js';
import { Database } from './database.js';
import { isUuid } from '../../core/is-uuid.js';
import { deleteOldest } from './delete-oldest.js';

interface PlanRow {
  id: string;
  policy: string;
  policy_version: string | number;
  policy_body: object;
  made_by: string;
  made_at: Date;
  expires_at: Date;
  digest: string | null;
}
interface NodeRow {
  plan: string;
  node: string;
  document: Buffer | Uint8Array;
}
interface Tables {
  gc_plans: PlanRow;
  gc_plan_nodes: NodeRow;
  gc_runs: { plan: string };
}

const zip = promisify(gzip);
const unzip = promisify(gunzip);
/** Documents of about 10 MB zipped are not waited for by the others in one statement. */
const NODES_AT_ONCE = 20;

/** The plans in PostgreSQL, each node's document zipped: a document of a thousand images is 300 kB of JSON and 20 kB zipped. */
export class PostgresGcPlanRecords extends GcPlanRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async begin(plan: Omit<GcPlanRecord, 'digest'>): Promise<void> {
    await this.#tables
      .insertInto('gc_plans')
      .values({
        id: plan.id,
        policy: plan.policy,
        policy_version: plan.policyVersion,
        policy_body: sql<object>`${JSON.stringify(plan.policyBody)}::jsonb`,
        made_by: plan.madeBy,
        made_at: new Date(plan.madeAtMs),
        expires_at: new Date(plan.expiresAtMs),
        digest: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  override async putNodes(id: string, nodes: readonly GcPlanNode[]): Promise<boolean> {
    for (let start = 0; start < nodes.length; start += NODES_AT_ONCE) {
      const rows = await Promise.all(nodes.slice(start, start + NODES_AT_ONCE).map((node) => rowOf(id, node)));
      if (!(await this.#put(id, rows))) return false;
    }
    return true;
  }

  override async complete(id: string, digest: string): Promise<void> {
    await this.#tables
      .updateTable('gc_plans')
      .set({ digest })
      .where('id', '=', id)
      .where('digest', 'is', null)
      .execute();
  }

  override async find(id: string): Promise<GcPlanRecord | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.#tables.selectFrom('gc_plans').selectAll().where('id', '=', id).executeTakeFirst();
    return row && recordOf(row);
  }

  override async nodes(id: string, limit: number, after?: string): Promise<readonly GcPlanNode[]> {
    if (!isUuid(id)) return [];
    let query = this.#tables
      .selectFrom('gc_plan_nodes')
      .selectAll()
      .where('plan', '=', id)
      .orderBy(sql`node COLLATE "C"`)
      .limit(limit);
    if (after !== undefined) query = query.where(sql<boolean>`node COLLATE "C" > ${after}`);
    return Promise.all((await query.execute()).map(nodeOf));
  }

  override async nodeNames(id: string): Promise<readonly string[]> {
    if (!isUuid(id)) return [];
    const rows = await this.#tables
      .selectFrom('gc_plan_nodes')
      .select('node')
      .where('plan', '=', id)
      .orderBy(sql`node COLLATE "C"`)
      .execute();
    return rows.map(({ node }) => node);
  }

  override async node(id: string, node: string): Promise<GcPlanNode | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.#tables
      .selectFrom('gc_plan_nodes')
      .selectAll()
      .where('plan', '=', id)
      .where('node', '=', node)
      .executeTakeFirst();
    return row && nodeOf(row);
  }

  override trim(madeBeforeMs: number, scheduledBeforeMs: number, limit: number): Promise<number> {
    const isOld = sql`made_at < ${new Date(madeBeforeMs)}`;
    const isOfSchedule = sql`made_by LIKE 'schedule:%' AND made_at < ${new Date(scheduledBeforeMs)}`;
    return deleteOldest(this.#tables, {
      table: 'gc_plans',
      key: 'id',
      at: 'made_at',
      beforeMs: Math.max(madeBeforeMs, scheduledBeforeMs),
      limit,
      unless: sql`id IN (SELECT plan FROM gc_runs) OR NOT (${isOld} OR (${isOfSchedule}))`,
    });
  }

  /** Waits for a `complete` at the plan's row, so that nothing is written behind it. */
  #put(id: string, rows: readonly NodeRow[]): Promise<boolean> {
    return this.database.transaction<Tables, boolean>(async (transaction) => {
      const open = await transaction
        .selectFrom('gc_plans')
        .select('id')
        .where('id', '=', id)
        .where('digest', 'is', null)
        .forUpdate()
        .executeTakeFirst();
      if (!open) return false;
      await transaction
        .insertInto('gc_plan_nodes')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['plan', 'node']).doNothing())
        .execute();
      return true;
    });
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}

async function rowOf(plan: string, { node, document }: GcPlanNode): Promise<NodeRow> {
  return { plan, node, document: await zip(JSON.stringify(document)) };
}

async function nodeOf({ node, document }: NodeRow): Promise<GcPlanNode> {
  return { node, document: JSON.parse((await unzip(document)).toString('utf8')) as object };
}

function recordOf(row: Selectable<PlanRow>): GcPlanRecord {
  return {
    id: row.id,
    policy: row.policy,
    policyVersion: Number(row.policy_version),
    policyBody: row.policy_body,
    madeBy: row.made_by,
    madeAtMs: row.made_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    ...(row.digest === null ? {} : { digest: row.digest }),
  };
}
