import { sql, type Transaction } from 'kysely';
import {
  ReleaseRecords,
  type NewRevision,
  type ReleaseChange,
  type ReleaseClaim,
  type ReleaseDrift,
  type ReleaseRecord,
  type ReleaseRevision,
} from '../../stacks/releases/release-records.port.js';
import { Database } from './database.js';
import { claimColumns, recordOf, revisionColumns, revisionOf, type ReleaseTables } from './release-rows.js';

const NO_CLAIM = { working_run: null, working_kind: null, working_since: null, holder: null };

/** The releases in PostgreSQL. */
export class PostgresReleaseRecords extends ReleaseRecords {
  constructor(
    private readonly database: Database,
    /** So many revisions of a release are kept, and besides the one that is deployed. */
    private readonly keptRevisions: number,
  ) {
    super();
  }

  override async create(
    { name, namespace }: { readonly name: string; readonly namespace: string },
    revision: NewRevision,
    claim: ReleaseClaim,
  ): Promise<boolean> {
    const at = new Date(revision.atMs);
    return this.database.transaction<ReleaseTables, boolean>(async (transaction) => {
      const inserted = await transaction
        .insertInto('releases')
        .values({
          name,
          namespace,
          stack: revision.stack,
          version: revision.version,
          newest: 1,
          deployed: null,
          state: 'new',
          because: 'not deployed yet',
          ...claimColumns(claim),
          drift: null,
          created_by: revision.by,
          created_at: at,
          updated_at: at,
        })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst();
      if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) return false;
      await transaction
        .insertInto('release_revisions')
        .values(revisionColumns(name, 1, revision))
        .execute();
      return true;
    });
  }

  override async find(name: string): Promise<ReleaseRecord | undefined> {
    const row = await this.#tables.selectFrom('releases').selectAll().where('name', '=', name).executeTakeFirst();
    return row && recordOf(row);
  }

  override async list(
    { namespaces }: { readonly namespaces?: readonly string[] },
    limit: number,
    after?: string,
  ): Promise<readonly ReleaseRecord[]> {
    if (namespaces?.length === 0) return [];
    const byName = sql<string>`name COLLATE "C"`;
    let query = this.#tables.selectFrom('releases').selectAll().orderBy(byName).limit(limit);
    if (namespaces) query = query.where('namespace', 'in', namespaces);
    if (after !== undefined) query = query.where(byName, '>', after);
    return (await query.execute()).map(recordOf);
  }

  override async claim(name: string, claim: ReleaseClaim, revision?: NewRevision): Promise<ReleaseRecord | undefined> {
    return this.database.transaction<ReleaseTables, ReleaseRecord | undefined>(async (transaction) => {
      const row = await transaction
        .updateTable('releases')
        .set((release) => ({
          ...claimColumns(claim),
          ...(revision ? { newest: release('newest', '+', 1), stack: revision.stack, version: revision.version } : {}),
          updated_at: new Date(claim.atMs),
        }))
        .where('name', '=', name)
        .where('working_run', 'is', null)
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      const record = recordOf(row);
      if (revision) await addRevision(transaction, record, revision, this.keptRevisions);
      return record;
    });
  }

  override async change(
    name: string,
    { run, holder }: { readonly run: string; readonly holder?: string },
    change: ReleaseChange,
  ): Promise<boolean> {
    const at = new Date(change.atMs);
    return this.database.transaction<ReleaseTables, boolean>(async (transaction) => {
      let query = transaction
        .updateTable('releases')
        .set({
          ...(change.holder === undefined ? {} : { holder: change.holder }),
          ...(change.state === undefined ? {} : { state: change.state }),
          ...(change.because === undefined ? {} : { because: change.because }),
          ...(change.deployed === undefined ? {} : { deployed: change.deployed, drift: null }),
          ...(change.isDone ? NO_CLAIM : {}),
          updated_at: at,
        })
        .where('name', '=', name)
        .where('working_run', '=', run);
      if (holder !== undefined) query = query.where('holder', '=', holder);
      if ((await query.executeTakeFirst()).numUpdatedRows === 0n) return false;
      if (change.revision) await changeRevision(transaction, name, change.revision, at);
      return true;
    });
  }

  override async noteDrift(name: string, deployed: number, drift: ReleaseDrift): Promise<boolean> {
    const updated = await this.#tables
      .updateTable('releases')
      .set({ drift: sql<ReleaseDrift>`${JSON.stringify(drift)}::jsonb` })
      .where('name', '=', name)
      .where('deployed', '=', deployed)
      .where('working_run', 'is', null)
      .executeTakeFirst();
    return updated.numUpdatedRows > 0n;
  }

  override async revisions(name: string, numbers?: readonly number[]): Promise<readonly ReleaseRevision[]> {
    if (numbers?.length === 0) return [];
    let query = this.#tables.selectFrom('release_revisions').selectAll().where('release', '=', name);
    if (numbers) query = query.where('number', 'in', numbers);
    return (await query.orderBy('number', 'desc').execute()).map(revisionOf);
  }

  override async remove(name: string, run: string): Promise<boolean> {
    const deleted = await this.#tables
      .deleteFrom('releases')
      .where('name', '=', name)
      .where('working_run', '=', run)
      .executeTakeFirst();
    return deleted.numDeletedRows > 0n;
  }

  get #tables() {
    return this.database.tables<ReleaseTables>();
  }
}

async function addRevision(
  transaction: Transaction<ReleaseTables>,
  { name, newest, deployed }: ReleaseRecord,
  revision: NewRevision,
  kept: number,
): Promise<void> {
  await transaction
    .insertInto('release_revisions')
    .values(revisionColumns(name, newest, revision))
    .execute();
  let old = transaction
    .deleteFrom('release_revisions')
    .where('release', '=', name)
    .where('number', '<=', newest - kept);
  if (deployed !== undefined) old = old.where('number', '!=', deployed);
  await old.execute();
}

async function changeRevision(
  transaction: Transaction<ReleaseTables>,
  release: string,
  { number, outcome, because }: NonNullable<ReleaseChange['revision']>,
  at: Date,
): Promise<void> {
  await transaction
    .updateTable('release_revisions')
    .set({ outcome, because, finished_at: outcome === 'applying' ? null : at })
    .where('release', '=', release)
    .where('number', '=', number)
    .execute();
}
