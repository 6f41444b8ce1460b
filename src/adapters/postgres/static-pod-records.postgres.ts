import { sql } from 'kysely';
import type { StaticPodChange, StaticPodState } from '../../agents/core/static-pod.js';
import { StaticPodRecords } from '../../agents/static-pod-records.port.js';
import { Database } from './database.js';

interface Tables {
  static_pod_changes: {
    node: string;
    change_id: string;
    file_name: string;
    state: StaticPodState;
    replaced: boolean;
    keeps_manifest: boolean;
    because: string;
    told_at: Date;
  };
}

/** Changes of static pods in PostgreSQL. */
export class PostgresStaticPodRecords extends StaticPodRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async tell(node: string, changes: readonly StaticPodChange[], atMs: number): Promise<void> {
    if (changes.length === 0) return;
    const rows = changes.map(({ changeId, fileName, state, replaced, keepsManifest, because }) => ({
      node,
      change_id: changeId,
      file_name: fileName,
      state,
      replaced,
      keeps_manifest: keepsManifest,
      because,
      told_at: new Date(atMs),
    }));
    await this.#tables
      .insertInto('static_pod_changes')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['node', 'change_id'])
          .doUpdateSet((excluded) => ({
            state: excluded.ref('excluded.state'),
            because: excluded.ref('excluded.because'),
            told_at: excluded.ref('excluded.told_at'),
          }))
          .where('excluded.state', '<>', 'pending'),
      )
      .execute();
  }

  override async find(node: string, changeId: string): Promise<StaticPodChange | undefined> {
    const row = await this.#tables
      .selectFrom('static_pod_changes')
      .selectAll()
      .where('node', '=', node)
      .where('change_id', '=', changeId)
      .executeTakeFirst();
    if (!row) return undefined;
    const { file_name: fileName, state, replaced, keeps_manifest: keepsManifest, because } = row;
    return { changeId, fileName, state, replaced, keepsManifest, because };
  }

  override async trim(toldBeforeMs: number, limit: number): Promise<number> {
    const { rows } = await sql`DELETE FROM static_pod_changes WHERE (node, change_id) IN (
      SELECT node, change_id FROM static_pod_changes WHERE told_at < ${new Date(toldBeforeMs)} LIMIT ${limit}) RETURNING node`.execute(
      this.#tables,
    );
    return rows.length;
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}
