import { sql, type Kysely, type Selectable } from 'kysely';
import type { EventFilter, EventKey } from '../../events/core/event-filter.js';
import { minuteOf } from '../../events/core/sightings.js';
import {
  EventReader,
  type EventCount,
  type EventFacet,
  type EventHistogramQuery,
  type EventPage,
  type EventPlace,
  type EventRow,
  type EventSearch,
  type EventSpan,
} from '../../events/event-store.port.js';
import { Database } from './database.js';
import { allOf, COLUMN_OF, rowConditions, scanConditions, type Condition } from './event-conditions.js';
import { rowOf, type EventColumns, type EventTables } from './event-tables.js';

type Columns = Selectable<EventColumns>;

/** Reads events from PostgreSQL, at most `maxRows` of them for one answer. */
export class PostgresEventReader extends EventReader {
  constructor(
    private readonly database: Database,
    private readonly maxRows: number,
  ) {
    super();
  }

  override async search({ filter, span, order, after, limit }: EventSearch): Promise<EventPage> {
    const found: EventRow[] = [];
    const conditions = rowConditions(filter);
    for (const arm of armsOf(span, order, this.maxRows)) {
      const scan = allOf([...scanConditions(filter), arm, ...(after ? [beyond(after, order)] : [])]);
      const rows = await this.scan(scan, conditions, order, limit + 1 - found.length);
      found.push(...rows);
      const last = found[limit - 1];
      if (found.length > limit && last) return { rows: found.slice(0, limit), next: placeOf(last) };
      const cut = conditions.length === 0 ? undefined : await this.placeOfCut(scan, order);
      if (cut) return { rows: found, next: cut };
    }
    return { rows: found };
  }

  override async histogram({ filter, span, stepMs, by }: EventHistogramQuery) {
    const value = by === undefined ? sql`NULL::text` : sql.ref(`events.${COLUMN_OF[by]}`);
    const conditions = allOf([...scanConditions(filter), ...rowConditions(filter)]);
    const { rows } = await sql<{ bucket: string; value: string | null; occurrences: string; events: string }>`
      WITH scanned AS MATERIALIZED (${this.sightings(span)})
      SELECT (floor(extract(epoch FROM minute) * 1000 / ${stepMs}::bigint) * ${stepMs}::bigint)::bigint AS bucket,
        ${value} AS value, sum(occurrences) AS occurrences, count(DISTINCT events.id) AS events
      FROM scanned JOIN events ON events.id = scanned.event WHERE ${conditions} GROUP BY 1, 2
      UNION ALL SELECT -1, NULL, count(*), 0 FROM scanned ORDER BY 1, 2`.execute(this.#tables);
    const [{ occurrences: scanned } = { occurrences: 0 }, ...counts] = rows;
    return { counts: counts.map(countOf), isCut: Number(scanned) >= this.maxRows };
  }

  override async facets({ filter, span, keys, maxValues }: Parameters<EventReader['facets']>[0]) {
    const arms = armsOf(span, 'newest', this.maxRows).map(
      (arm) =>
        sql`(SELECT * FROM events WHERE ${allOf([...scanConditions(filter), arm])} ORDER BY last_at DESC, id DESC LIMIT ${this.maxRows})`,
    );
    const counts = keys.map((key) => {
      const column = sql.ref(COLUMN_OF[key]);
      return sql`(SELECT ${key}::text AS key, ${column} AS value, count(*) AS events FROM matching
        WHERE ${column} IS NOT NULL GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT ${maxValues})`;
    });
    const { rows } = await sql<{ key: EventKey | ''; value: string | null; events: string }>`
      WITH scanned AS MATERIALIZED (${sql.join(arms, sql` UNION ALL `)}),
        matching AS (SELECT * FROM scanned WHERE ${allOf(rowConditions(filter))})
      ${sql.join(counts, sql` UNION ALL `)} UNION ALL SELECT '', NULL, count(*) FROM scanned`.execute(this.#tables);
    const facets = keys.map((key): EventFacet => {
      const ofKey = rows.filter((row) => row.key === key);
      return { key, values: ofKey.map(({ value, events }) => ({ value: value ?? '', events: Number(events) })) };
    });
    const scanned = rows.find(({ key }) => key === '')?.events;
    return { facets, isCut: Number(scanned ?? 0) >= this.maxRows };
  }

  override async newest(): Promise<number> {
    return Number((await this.#tables.selectFrom('event_head').select('newest').executeTakeFirstOrThrow()).newest);
  }

  override async changes({ filter, after, limit }: { filter: EventFilter; after: number; limit: number }) {
    const revision = Math.min(await this.newest(), after + this.maxRows);
    const conditions = allOf([...scanConditions(filter), ...rowConditions(filter)]);
    const { rows } = await sql<Columns>`SELECT * FROM events WHERE revision > ${after} AND revision <= ${revision}
      AND ${conditions} ORDER BY revision LIMIT ${limit}`.execute(this.#tables);
    const found = rows.map(rowOf);
    const last = found.at(-1);
    return { rows: found, revision: found.length === limit && last ? last.revision : Math.max(after, revision) };
  }

  /** Reads rows in their order until enough match or `maxRows` were read. */
  private async scan(
    scan: Condition,
    conditions: readonly Condition[],
    order: EventSearch['order'],
    limit: number,
  ): Promise<EventRow[]> {
    const { rows } = await sql<Columns>`SELECT * FROM (
        SELECT * FROM events WHERE ${scan} ORDER BY ${inOrder(order)} LIMIT ${this.maxRows}
      ) AS scanned WHERE ${allOf(conditions)} ORDER BY ${inOrder(order)} LIMIT ${limit}`.execute(this.#tables);
    return rows.map(rowOf);
  }

  /** The last row that a scan reads, when there are more than it may read. */
  private async placeOfCut(scan: Condition, order: EventSearch['order']): Promise<EventPlace | undefined> {
    const { rows } = await sql<Pick<Columns, 'id' | 'last_at'>>`SELECT id, last_at FROM events WHERE ${scan}
      ORDER BY ${inOrder(order)} OFFSET ${this.maxRows - 1} LIMIT 1`.execute(this.#tables);
    return rows[0] && { lastAtMs: rows[0].last_at.getTime(), id: Number(rows[0].id) };
  }

  private sightings({ fromMs, toMs }: Required<EventSpan>): Condition {
    return sql`SELECT minute, event, occurrences FROM event_sightings
      WHERE minute >= ${new Date(minuteOf(fromMs))} AND minute < ${new Date(toMs)} ORDER BY minute DESC LIMIT ${this.maxRows}`;
  }

  get #tables(): Kysely<EventTables> {
    return this.database.tables<EventTables>();
  }
}

/**
 * A span's events in two parts that follow each other in the order by last occurrence: those whose last occurrence is in it, and those that occurred in it
 * and again after it.
 */
function armsOf({ fromMs, toMs }: EventSpan, order: EventSearch['order'], maxRows: number): Condition[] {
  const from = fromMs === undefined ? sql`true` : sql`last_at >= ${new Date(fromMs)}`;
  if (toMs === undefined) return [from];
  const to = new Date(toMs);
  const since = fromMs === undefined ? sql`true` : sql`minute >= ${new Date(minuteOf(fromMs))}`;
  const within = sql`${from} AND last_at < ${to}`;
  const beyondIt = sql`last_at >= ${to} AND id IN (SELECT event FROM event_sightings
    WHERE ${since} AND minute < ${to} ORDER BY minute DESC LIMIT ${maxRows})`;
  return order === 'newest' ? [beyondIt, within] : [within, beyondIt];
}

function inOrder(order: EventSearch['order']): Condition {
  return order === 'newest' ? sql`last_at DESC, id DESC` : sql`last_at, id`;
}

function beyond({ lastAtMs, id }: EventPlace, order: EventSearch['order']): Condition {
  const place = sql`(${new Date(lastAtMs)}::timestamptz, ${id}::bigint)`;
  return order === 'newest' ? sql`(last_at, id) < ${place}` : sql`(last_at, id) > ${place}`;
}

function placeOf({ event, id }: EventRow): EventPlace {
  return { lastAtMs: event.lastAtMs, id };
}

function countOf(row: { bucket: string; value: string | null; occurrences: string; events: string }): EventCount {
  return {
    fromMs: Number(row.bucket),
    ...(row.value === null ? {} : { value: row.value }),
    occurrences: Number(row.occurrences),
    events: Number(row.events),
  };
}
