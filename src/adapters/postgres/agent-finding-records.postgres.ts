import { sql } from 'kysely';
import { AgentFindingRecords } from '../../agents/agent-finding-records.port.js';
import type { Finding, FindingHead, FindingKind } from '../../agents/agent-finding.js';
import type { AgentTaskTables, FindingRow } from './agent-task-tables.js';
import { Database } from './database.js';

const HEAD = ['node', 'task', 'taken_at', 'received_at'] as const;

/** What agents found, in PostgreSQL. */
export class PostgresAgentFindingRecords extends AgentFindingRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async find(kind: FindingKind, nodes: readonly string[]): Promise<readonly Finding[]> {
    const rows = await this.#tables
      .selectFrom('agent_findings')
      .select([...HEAD, 'body'])
      .where('kind', '=', kind)
      .where('node', '=', sql<string>`ANY(${nodes})`)
      .orderBy('node')
      .execute();
    return rows.map((row) => ({ ...headOf(row), body: row.body }));
  }

  override async heads(kind: FindingKind): Promise<readonly FindingHead[]> {
    const rows = await this.#tables
      .selectFrom('agent_findings')
      .select(HEAD)
      .where('kind', '=', kind)
      .orderBy('node')
      .execute();
    return rows.map((row) => headOf(row));
  }

  override async trim(receivedBeforeMs: number, limit: number): Promise<number> {
    const { rows } = await sql`DELETE FROM agent_findings WHERE (node, kind) IN (
      SELECT node, kind FROM agent_findings WHERE received_at < ${new Date(receivedBeforeMs)} LIMIT ${limit}) RETURNING node`.execute(
      this.#tables,
    );
    return rows.length;
  }

  get #tables() {
    return this.database.tables<AgentTaskTables>();
  }
}

function headOf({ node, task, taken_at, received_at }: Pick<FindingRow, (typeof HEAD)[number]>): FindingHead {
  return { node, task, takenAtMs: taken_at.getTime(), receivedAtMs: received_at.getTime() };
}
