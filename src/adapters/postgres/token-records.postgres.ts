import type { Kysely } from 'kysely';
import { TokenRecords, type Revocation, type TokenRecord } from '../../auth/token-records.port.js';
import type { Database } from './database.js';
import { tokenOf, tokenRow, type TokenTables } from './token-tables.postgres.js';

/** Tokens in PostgreSQL, embedded or a server. */
export class PostgresTokenRecords extends TokenRecords {
  private readonly tables: Kysely<TokenTables>;

  constructor(private readonly database: Database) {
    super();
    this.tables = database.tables<TokenTables>();
  }

  async insert(token: TokenRecord): Promise<void> {
    await this.tables.insertInto('tokens').values(tokenRow(token)).execute();
  }

  async insertFirst(token: TokenRecord): Promise<boolean> {
    const inserted = await this.tables
      .insertInto('tokens')
      .values(tokenRow(token))
      .onConflict((conflict) => conflict.column('origin').where('origin', '=', 'first').doNothing())
      .returning('id')
      .execute();
    return inserted.length > 0;
  }

  async put(token: TokenRecord): Promise<void> {
    const row = tokenRow(token);
    await this.database.transaction<TokenTables, void>(async (transaction) => {
      const before = await transaction
        .selectFrom('tokens')
        .select('hash')
        .where('id', '=', token.id)
        .forUpdate()
        .execute();
      await transaction
        .insertInto('tokens')
        .values(row)
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet({ ...row, last_used_at: (eb) => eb.ref('tokens.last_used_at') }),
        )
        .execute();
      if (before.some(({ hash }) => hash !== token.hash)) {
        await transaction.deleteFrom('sessions').where('token_id', '=', token.id).execute();
      }
    });
  }

  async find(id: string): Promise<TokenRecord | undefined> {
    const row = await this.tables.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
    return row && tokenOf(row);
  }

  async findFirst(): Promise<TokenRecord | undefined> {
    const row = await this.tables.selectFrom('tokens').selectAll().where('origin', '=', 'first').executeTakeFirst();
    return row && tokenOf(row);
  }

  async list(limit: number, after?: { readonly createdAtMs: number; readonly id: string }): Promise<TokenRecord[]> {
    let query = this.tables.selectFrom('tokens').selectAll().where('revoked_at', 'is', null);
    if (after) {
      const createdAt = new Date(after.createdAtMs);
      query = query.where((on) => on(on.refTuple('created_at', 'id'), '>', on.tuple(createdAt, after.id)));
    }
    const rows = await query.orderBy('created_at').orderBy('id').limit(limit).execute();
    return rows.map(tokenOf);
  }

  async touch(id: string, atMs: number): Promise<void> {
    const at = new Date(atMs);
    await this.tables
      .updateTable('tokens')
      .set({ last_used_at: at })
      .where('id', '=', id)
      .where((on) => on.or([on('last_used_at', 'is', null), on('last_used_at', '<', at)]))
      .execute();
  }

  async revoke(id: string, atMs: number): Promise<Revocation> {
    return this.database.transaction<TokenTables, Revocation>(async (transaction) => {
      // Whoever revokes locks the valid admin tokens, in one order, so that two cannot each count on the other's.
      const admins = await transaction
        .selectFrom('tokens')
        .select(['id', 'expires_at'])
        .where('role', '=', 'admin')
        .where('namespaces', 'is', null)
        .where('revoked_at', 'is', null)
        .orderBy('id')
        .forUpdate()
        .execute();
      const others = admins.filter((admin) => admin.id !== id && (admin.expires_at?.getTime() ?? Infinity) > atMs);
      if (admins.some((admin) => admin.id === id) && others.length === 0) return 'last';
      const revoked = await transaction
        .updateTable('tokens')
        .set({ revoked_at: new Date(atMs) })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .returning('id')
        .execute();
      await transaction.deleteFrom('sessions').where('token_id', '=', id).execute();
      return revoked.length > 0 ? 'revoked' : 'unknown';
    });
  }
}
