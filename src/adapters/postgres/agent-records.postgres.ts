import { sql, type Selectable } from 'kysely';
import { AgentRecords, type Agent, type AgentAllowance, type AgentHello } from '../../agents/agent-records.port.js';
import { Database } from './database.js';
import { deleteOldest } from './delete-oldest.js';

interface AgentRow {
  node: string;
  instance: string;
  version: string;
  runtime_name: string;
  runtime_version: string;
  runtime_away: string | null;
  allows: AgentAllowance[];
  hello_at: Date;
  last_seen_at: Date;
}
interface Tables {
  agents: AgentRow;
}

/** The agents in PostgreSQL. */
export class PostgresAgentRecords extends AgentRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async hello(
    { node, instance, version, runtime, runtimeAway, allows }: AgentHello,
    atMs: number,
  ): Promise<void> {
    const at = new Date(atMs);
    const { name: runtime_name, version: runtime_version } = runtime;
    const said = { instance, version, runtime_name, runtime_version, runtime_away: runtimeAway ?? null };
    await this.#tables
      .insertInto('agents')
      .values({ node, ...said, allows: [...allows], hello_at: at, last_seen_at: at })
      .onConflict((conflict) =>
        conflict.column('node').doUpdateSet({
          ...said,
          allows: [...allows],
          hello_at: at,
          last_seen_at: sql<Date>`greatest(agents.last_seen_at, excluded.last_seen_at)`,
        }),
      )
      .execute();
  }

  override async seen(nodes: readonly string[], atMs: number): Promise<void> {
    if (nodes.length === 0) return;
    const at = new Date(atMs);
    await this.#tables
      .updateTable('agents')
      .set({ last_seen_at: at })
      .where('node', '=', sql<string>`ANY(${nodes})`)
      .where('last_seen_at', '<', at)
      .execute();
  }

  override async find(nodes: readonly string[]): Promise<readonly Agent[]> {
    if (nodes.length === 0) return [];
    const rows = await this.#tables
      .selectFrom('agents')
      .selectAll()
      .where('node', '=', sql<string>`ANY(${nodes})`)
      .orderBy('node')
      .execute();
    return rows.map((row) => agentOf(row));
  }

  override async list(limit: number, after = ''): Promise<readonly Agent[]> {
    const rows = await this.#tables
      .selectFrom('agents')
      .selectAll()
      .where('node', '>', after)
      .orderBy('node')
      .limit(limit)
      .execute();
    return rows.map((row) => agentOf(row));
  }

  override async count(sinceMs: number): Promise<{ readonly known: number; readonly seen: number }> {
    const { rows } = await sql<{ known: string; seen: string }>`
      SELECT count(*) AS known, count(*) FILTER (WHERE last_seen_at >= ${new Date(sinceMs)}) AS seen FROM agents
    `.execute(this.#tables);
    return { known: Number(rows[0]?.known), seen: Number(rows[0]?.seen) };
  }

  override trim(lastSeenBeforeMs: number, limit: number): Promise<number> {
    return deleteOldest(this.#tables, {
      table: 'agents',
      key: 'node',
      at: 'last_seen_at',
      beforeMs: lastSeenBeforeMs,
      limit,
    });
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}

function agentOf(row: Selectable<AgentRow>): Agent {
  return {
    node: row.node,
    instance: row.instance,
    version: row.version,
    runtime: { name: row.runtime_name, version: row.runtime_version },
    ...(row.runtime_away === null ? {} : { runtimeAway: row.runtime_away }),
    allows: row.allows,
    helloAtMs: row.hello_at.getTime(),
    lastSeenAtMs: row.last_seen_at.getTime(),
  };
}
