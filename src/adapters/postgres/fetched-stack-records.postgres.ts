import { sql } from 'kysely';
import { FetchedStackRecords, type FetchedStackRecord } from '../../stacks/fetched/fetched-stack-records.port.js';
import { Database } from './database.js';

/** As many as `FETCHED_STACKS_MAX` may allow. */
const MOST_LISTED = 1_000;

interface StackRow {
  name: string;
  source: string;
  digest: string;
  archive: Buffer | Uint8Array;
  added_by: string;
  added_at: Date;
}
interface Tables {
  fetched_stacks: StackRow;
}

/** Fetched stacks in PostgreSQL. */
export class PostgresFetchedStackRecords extends FetchedStackRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async put(stack: FetchedStackRecord, archive: Buffer, most: number): Promise<'added' | 'replaced' | 'full'> {
    const { name, source, digest, addedBy, addedAtMs } = stack;
    const values = { source, digest, archive, added_by: addedBy, added_at: new Date(addedAtMs) };
    return this.database.transaction<Tables, 'added' | 'replaced' | 'full'>(async (transaction) => {
      await sql`LOCK TABLE fetched_stacks IN SHARE ROW EXCLUSIVE MODE`.execute(transaction); // else two could both be the last that fits
      const replaced = await transaction
        .updateTable('fetched_stacks')
        .set(values)
        .where('name', '=', name)
        .executeTakeFirst();
      if (replaced.numUpdatedRows > 0n) return 'replaced';
      const { count } = await transaction
        .selectFrom('fetched_stacks')
        .select(({ fn }) => fn.countAll<string | number>().as('count'))
        .executeTakeFirstOrThrow();
      if (Number(count) >= most) return 'full';
      await transaction
        .insertInto('fetched_stacks')
        .values({ name, ...values })
        .execute();
      return 'added';
    });
  }

  override async list(): Promise<readonly FetchedStackRecord[]> {
    const rows = await this.#tables
      .selectFrom('fetched_stacks')
      .select(['name', 'source', 'digest', 'added_by', 'added_at'])
      .orderBy(sql`name COLLATE "C"`)
      .limit(MOST_LISTED)
      .execute();
    return rows.map(({ added_by, added_at, ...same }) => ({
      ...same,
      addedBy: added_by,
      addedAtMs: added_at.getTime(),
    }));
  }

  override async archive(name: string, digest: string): Promise<Buffer | undefined> {
    const row = await this.#tables
      .selectFrom('fetched_stacks')
      .select('archive')
      .where('name', '=', name)
      .where('digest', '=', digest)
      .executeTakeFirst();
    return row && Buffer.from(row.archive);
  }

  override async remove(name: string): Promise<boolean> {
    const removed = await this.#tables.deleteFrom('fetched_stacks').where('name', '=', name).executeTakeFirst();
    return removed.numDeletedRows > 0n;
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}
