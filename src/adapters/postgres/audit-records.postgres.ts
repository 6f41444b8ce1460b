import type { Kysely } from 'kysely';
import {
  AuditRecords,
  type AuditEnd,
  type AuditFilter,
  type AuditOutcome,
  type AuditRecord,
} from '../../auth/audit-records.port.js';
import type { Database } from './database.js';
import { deleteOldest } from './delete-oldest.js';

interface AuditRow {
  id: string;
  at: Date;
  caller_kind: AuditRecord['callerKind'];
  caller_name: string | null;
  token_id: string | null;
  operation: string | null;
  method: string;
  path: string;
  target: string | null;
  request_id: string;
  remote_address: string;
  count: number;
  outcome: AuditOutcome;
  status: number | null;
  code: string | null;
  finished_at: Date | null;
}

/** The audit trail in PostgreSQL, embedded or a server. */
export class PostgresAuditRecords extends AuditRecords {
  private readonly tables: Kysely<{ audit: AuditRow }>;

  constructor(database: Database) {
    super();
    this.tables = database.tables<{ audit: AuditRow }>();
  }

  async insert(record: AuditRecord): Promise<void> {
    await this.tables.insertInto('audit').values(rowOf(record)).execute();
  }

  async end(id: string, end: AuditEnd): Promise<void> {
    const ended = await this.tables
      .updateTable('audit')
      .set(endOf(end))
      .where('id', '=', id)
      .where('outcome', '=', 'started')
      .returning('id')
      .execute();
    if (ended.length === 0) throw new Error(`There is no audit row ${id} that has not ended`);
  }

  async list(
    filter: AuditFilter,
    limit: number,
    after?: { readonly atMs: number; readonly id: string },
  ): Promise<AuditRecord[]> {
    let query = this.tables.selectFrom('audit').selectAll();
    if (filter.fromMs !== undefined) query = query.where('at', '>=', new Date(filter.fromMs));
    if (filter.toMs !== undefined) query = query.where('at', '<', new Date(filter.toMs));
    if (filter.caller !== undefined) query = query.where('caller_name', '=', filter.caller);
    if (filter.operation !== undefined) query = query.where('operation', '=', filter.operation);
    if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome);
    if (filter.requestId !== undefined) query = query.where('request_id', '=', filter.requestId);
    if (after) {
      const at = new Date(after.atMs);
      query = query.where((on) => on(on.refTuple('at', 'id'), '<', on.tuple(at, after.id)));
    }
    const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    return rows.map(recordOf);
  }

  trim(beforeMs: number, limit: number): Promise<number> {
    return deleteOldest(this.tables, { table: 'audit', key: 'id', at: 'at', beforeMs, limit });
  }
}

function rowOf(record: AuditRecord): AuditRow {
  const { status = null, code = null, finished_at = null, outcome = 'started' } = record.end ? endOf(record.end) : {};
  return {
    id: record.id,
    at: new Date(record.atMs),
    caller_kind: record.callerKind,
    caller_name: record.callerName ?? null,
    token_id: record.tokenId ?? null,
    operation: record.operation ?? null,
    method: record.method,
    path: record.path,
    target: record.target ?? null,
    request_id: record.requestId,
    remote_address: record.remoteAddress,
    count: record.count,
    outcome,
    status,
    code,
    finished_at,
  };
}

function endOf(end: AuditEnd): Partial<Pick<AuditRow, 'outcome' | 'status' | 'code' | 'finished_at'>> {
  return {
    outcome: end.outcome,
    status: end.status,
    code: end.code ?? null,
    finished_at: new Date(end.finishedAtMs),
  };
}

function recordOf(row: AuditRow): AuditRecord {
  const { outcome, status, finished_at: finishedAt } = row;
  return {
    id: row.id,
    atMs: row.at.getTime(),
    callerKind: row.caller_kind,
    ...(row.caller_name === null ? {} : { callerName: row.caller_name }),
    ...(row.token_id === null ? {} : { tokenId: row.token_id }),
    ...(row.operation === null ? {} : { operation: row.operation }),
    method: row.method,
    path: row.path,
    ...(row.target === null ? {} : { target: row.target }),
    requestId: row.request_id,
    remoteAddress: row.remote_address,
    count: row.count,
    ...(outcome === 'started' || status === null || finishedAt === null
      ? {}
      : {
          end: {
            outcome,
            status,
            ...(row.code === null ? {} : { code: row.code }),
            finishedAtMs: finishedAt.getTime(),
          },
        }),
  };
}
