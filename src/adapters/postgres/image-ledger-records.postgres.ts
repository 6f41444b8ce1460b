import { sql } from 'kysely';
import { ImageLedgerRecords, type NodeLedger } from '../../gc/ledger/image-ledger-records.port.js';
import { Database } from './database.js';
import { deleteOldest } from './delete-oldest.js';

interface LedgerTable {
  node: string;
  document: NodeLedger;
  changed_at: Date;
}
interface Tables {
  gc_ledger: LedgerTable;
}

/** The image ledger in PostgreSQL. */
export class PostgresImageLedgerRecords extends ImageLedgerRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async read(nodes: readonly string[]): Promise<ReadonlyMap<string, NodeLedger>> {
    if (nodes.length === 0) return new Map();
    const rows = await this.#tables
      .selectFrom('gc_ledger')
      .select(['node', 'document'])
      .where('node', '=', sql<string>`ANY(${nodes as string[]}::text[])`)
      .execute();
    return new Map(rows.map(({ node, document }) => [node, document]));
  }

  override async update(
    node: string,
    atMs: number,
    change: (ledger: NodeLedger | undefined) => NodeLedger | undefined,
  ): Promise<void> {
    await this.database.transaction<Tables, void>(async (transaction) => {
      // of two that make a node's first ledger, the second waits here
      await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`gc_ledger ${node}`}, 0))`.execute(transaction);
      const row = await transaction
        .selectFrom('gc_ledger')
        .select('document')
        .where('node', '=', node)
        .executeTakeFirst();
      const changed = change(row?.document);
      if (changed === undefined || changed === row?.document) return;
      const document = sql<NodeLedger>`${JSON.stringify(changed)}::json`;
      const changed_at = new Date(atMs);
      await transaction
        .insertInto('gc_ledger')
        .values({ node, document, changed_at })
        .onConflict((conflict) => conflict.column('node').doUpdateSet({ document, changed_at }))
        .execute();
    });
  }

  override trim(changedBeforeMs: number, limit: number): Promise<number> {
    return deleteOldest(this.#tables, {
      table: 'gc_ledger',
      key: 'node',
      at: 'changed_at',
      beforeMs: changedBeforeMs,
      limit,
    });
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}
