import { sql, type Generated, type Selectable } from 'kysely';
import {
  GcRemovalRecords,
  type GcRemoval,
  type GcRemovalFilter,
  type GcRemovalResult,
  type GcRemovalRow,
} from '../../gc/removals/gc-removal-records.port.js';
import { Database } from './database.js';
import { deleteOldest } from './delete-oldest.js';

interface RemovalRow {
  sequence: Generated<string | number>;
  run: string;
  node: string;
  item: string;
  result: GcRemovalResult;
  kind: GcRemoval['kind'];
  name: string;
  policy: string;
  started_by: string;
  removed_at: Date;
  rule: string;
  because: string;
  result_because: string;
  /** bigint: node-postgres reads it as text. */
  size_bytes: string | number;
  estimated_bytes: string | number;
  freed_bytes: string | number | null;
}
interface Tables {
  gc_removals: RemovalRow;
}

const ROWS_AT_ONCE = 1_000;

/** What was removed, in PostgreSQL. */
export class PostgresGcRemovalRecords extends GcRemovalRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async add(removals: readonly GcRemoval[]): Promise<number> {
    let added = 0;
    for (let start = 0; start < removals.length; start += ROWS_AT_ONCE) {
      const inserted = await this.#tables
        .insertInto('gc_removals')
        .values(removals.slice(start, start + ROWS_AT_ONCE).map(rowOf))
        .onConflict((conflict) => conflict.columns(['run', 'node', 'item', 'result']).doNothing())
        .executeTakeFirst();
      added += Number(inserted.numInsertedOrUpdatedRows ?? 0n);
    }
    return added;
  }

  override async list(
    filter: GcRemovalFilter,
    limit: number,
    after?: { readonly atMs: number; readonly sequence: number },
  ): Promise<readonly GcRemovalRow[]> {
    let query = this.#tables.selectFrom('gc_removals').selectAll();
    if (filter.node !== undefined) query = query.where('node', '=', filter.node);
    if (filter.run !== undefined) query = query.where('run', '=', filter.run);
    if (filter.policy !== undefined) query = query.where('policy', '=', filter.policy);
    if (filter.result !== undefined) query = query.where('result', '=', filter.result);
    if (filter.search !== undefined)
      query = query.where(sql<boolean>`position(lower(${filter.search}) in lower(name)) > 0`);
    if (filter.fromMs !== undefined) query = query.where('removed_at', '>=', new Date(filter.fromMs));
    if (filter.toMs !== undefined) query = query.where('removed_at', '<', new Date(filter.toMs));
    if (after) {
      const at = new Date(after.atMs);
      query = query.where(sql<boolean>`(removed_at, sequence) < (${at}::timestamptz, ${after.sequence}::bigint)`);
    }
    const rows = await query.orderBy('removed_at', 'desc').orderBy('sequence', 'desc').limit(limit).execute();
    return rows.map(removalOf);
  }

  override trim(beforeMs: number, limit: number): Promise<number> {
    return deleteOldest(this.#tables, { table: 'gc_removals', key: 'sequence', at: 'removed_at', beforeMs, limit });
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}

function rowOf(removal: GcRemoval) {
  return {
    run: removal.run,
    node: removal.node,
    item: removal.item,
    result: removal.result,
    kind: removal.kind,
    name: removal.name,
    policy: removal.policy,
    started_by: removal.startedBy,
    removed_at: new Date(removal.atMs),
    rule: removal.rule,
    because: removal.because,
    result_because: removal.resultBecause,
    size_bytes: removal.sizeBytes,
    estimated_bytes: removal.estimatedBytes,
    freed_bytes: removal.freedBytes ?? null,
  };
}

function removalOf(row: Selectable<RemovalRow>): GcRemovalRow {
  return {
    sequence: Number(row.sequence),
    run: row.run,
    node: row.node,
    item: row.item,
    result: row.result,
    kind: row.kind,
    name: row.name,
    policy: row.policy,
    startedBy: row.started_by,
    atMs: row.removed_at.getTime(),
    rule: row.rule,
    because: row.because,
    resultBecause: row.result_because,
    sizeBytes: Number(row.size_bytes),
    estimatedBytes: Number(row.estimated_bytes),
    ...(row.freed_bytes === null ? {} : { freedBytes: Number(row.freed_bytes) }),
  };
}
