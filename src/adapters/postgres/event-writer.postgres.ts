import { sql, type Kysely, type Transaction } from 'kysely';
import type { KubernetesEvent } from '../../events/core/kubernetes-event.js';
import { mergeBatch } from '../../events/core/merge-batch.js';
import { minuteOf, sightingsOf } from '../../events/core/sightings.js';
import { EventWriter, type EventsWritten } from '../../events/event-store.port.js';
import { Database } from './database.js';
import { columnsOf, rowOf, type EventTables } from './event-tables.js';

/** Rows of one statement: 25 parameters each, of 65,535 that PostgreSQL takes. */
const ROWS_AT_ONCE = 500;

type Merge = ReturnType<typeof mergeBatch>[number];

/** Events in PostgreSQL: rows that change, with an id, and few enough for it (docs/decisions/events.md). */
export class PostgresEventWriter extends EventWriter {
  constructor(private readonly database: Database) {
    super();
  }

  override async write(events: readonly KubernetesEvent[]): Promise<EventsWritten> {
    const written = { added: 0, changed: 0 };
    await this.database.transaction<EventTables, void>(async (transaction) => {
      for (let start = 0; start < events.length; start += ROWS_AT_ONCE) {
        const merges = await writePart(transaction, events.slice(start, start + ROWS_AT_ONCE));
        for (const { kind } of merges) written[kind] += 1;
      }
    });
    return written;
  }

  override async trim(beforeMs: number, limit: number): Promise<number> {
    const tables = this.database.tables<EventTables>();
    const oldest = tables
      .selectFrom('events')
      .select('id')
      .where('last_at', '<', new Date(beforeMs))
      .orderBy('last_at')
      .limit(limit);
    const events = await tables.deleteFrom('events').where('id', 'in', oldest).executeTakeFirstOrThrow();
    const sightings = await sql`DELETE FROM event_sightings WHERE (minute, event) IN (SELECT minute, event
      FROM event_sightings WHERE minute < ${new Date(minuteOf(beforeMs))} ORDER BY minute LIMIT ${limit})`.execute(
      tables,
    );
    return Number(events.numDeletedRows) + Number(sightings.numAffectedRows ?? 0n);
  }
}

async function writePart(tables: Transaction<EventTables>, events: readonly KubernetesEvent[]): Promise<Merge[]> {
  const { newest } = await tables.selectFrom('event_head').select('newest').forUpdate().executeTakeFirstOrThrow();
  const merges = mergeBatch((await namesakes(tables, events)).map(rowOf), events);
  if (merges.length === 0) return [];
  const rows = merges.map((merge, index) => ({ ...columnsOf(merge.event), revision: Number(newest) + 1 + index }));
  const ids = await putRows(tables, merges, rows);
  await countSightings(tables, merges, ids);
  await tables
    .updateTable('event_head')
    .set({ newest: Number(newest) + merges.length })
    .execute();
  return merges;
}

/** The rows that the events may belong to. */
async function namesakes(tables: Kysely<EventTables>, events: readonly KubernetesEvent[]) {
  const names = events.map(({ namespace, name }) => sql`(${namespace}::text, ${name}::text)`);
  return tables
    .selectFrom('events')
    .selectAll()
    .where(
      sql<boolean>`uid = ANY(${events.map(({ uid }) => uid)}::text[]) OR (namespace, name) IN (${sql.join(names)})`,
    )
    .execute();
}

/** @returns the id of each row, by its uid */
async function putRows(
  tables: Kysely<EventTables>,
  merges: readonly Merge[],
  rows: readonly (ReturnType<typeof columnsOf> & { revision: number })[],
): Promise<ReadonlyMap<string, string | number>> {
  const ids = new Map<string, string | number>();
  const added = rows.filter((_, index) => merges[index]?.kind === 'added');
  const changed = rows.flatMap((row, index) => {
    const merge = merges[index];
    return merge?.kind === 'changed' ? [{ ...row, id: merge.id }] : [];
  });
  for (const { id, uid } of changed) ids.set(uid, id);
  if (added.length > 0) {
    const made = await tables.insertInto('events').values(added).returning(['id', 'uid']).execute();
    for (const { id, uid } of made) ids.set(uid, id);
  }
  if (changed.length > 0) {
    const columns = Object.keys(changed[0] ?? {}).filter((column) => column !== 'id');
    const all = columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);
    await sql`${tables.insertInto('events').values(changed)} ON CONFLICT (id) DO UPDATE SET ${sql.join(all)}`.execute(
      tables,
    );
  }
  return ids;
}

async function countSightings(
  tables: Kysely<EventTables>,
  merges: readonly Merge[],
  ids: ReadonlyMap<string, string | number>,
): Promise<void> {
  const sightings = merges.flatMap((merge) =>
    sightingsOf(merge).map(({ minuteAtMs, occurrences }) => {
      return { minute: new Date(minuteAtMs), event: ids.get(merge.event.uid) ?? 0, occurrences };
    }),
  );
  if (sightings.length === 0) return;
  await tables
    .insertInto('event_sightings')
    .values(sightings)
    .onConflict((conflict) =>
      conflict
        .columns(['minute', 'event'])
        .doUpdateSet({ occurrences: sql`event_sightings.occurrences + excluded.occurrences` }),
    )
    .execute();
}
