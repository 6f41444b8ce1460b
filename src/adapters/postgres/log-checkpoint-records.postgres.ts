import { sql, type RawBuilder } from 'kysely';
import type { FollowState } from '../../logs/collect/core/follow-state.js';
import type { FollowedContainer, NotedGap } from '../../logs/collect/followed-container.js';
import {
  LogCheckpointRecords,
  type FollowedCounts,
  type FollowedFilter,
} from '../../logs/collect/log-checkpoint-records.port.js';
import { Database } from './database.js';
import { checkpointRowOf, followedOf, gapOf, type CheckpointRow, type GapRow } from './log-checkpoint-rows.js';

/** In the order of the columns' types below. */
const COLUMNS = [
  ['pod_uid', 'text'],
  ['container', 'text'],
  ['namespace', 'text'],
  ['pod', 'text'],
  ['node', 'text'],
  ['container_id', 'text'],
  ['restart', 'integer'],
  ['time_ns', 'bigint'],
  ['sequence', 'integer'],
  ['is_ended', 'boolean'],
  ['state', 'text'],
  ['reason', 'text'],
  ['behind_since', 'timestamptz'],
  ['lines', 'bigint'],
  ['bytes', 'bigint'],
  ['gaps', 'integer'],
  ['reconnections', 'integer'],
  ['updated_at', 'timestamptz'],
] as const;
const NAMES = sql.join(COLUMNS.map(([name]) => sql.ref(name)));
const TYPED = sql.raw(COLUMNS.map(([name, type]) => `${name} ${type}`).join(', '));
const CHANGES = sql.join(COLUMNS.slice(2).map(([name]) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`));

/** How far logs are stored, in PostgreSQL. */
export class PostgresLogCheckpointRecords extends LogCheckpointRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async ofPods(podUids: readonly string[]): Promise<readonly FollowedContainer[]> {
    if (podUids.length === 0) return [];
    const { rows } = await sql<CheckpointRow>`
      SELECT ${NAMES} FROM log_checkpoints WHERE pod_uid = ANY(${podUids as string[]})`.execute(this.#tables);
    return rows.map(followedOf);
  }

  override async save(
    worker: string,
    entries: readonly { readonly shard: number; readonly container: FollowedContainer }[],
  ): Promise<readonly number[]> {
    const last = new Map(entries.map((entry) => [`${entry.container.podUid} ${entry.container.container}`, entry]));
    if (last.size === 0) return [];
    const shards = [...new Set(entries.map(({ shard }) => shard))];
    return this.database.transaction<object, readonly number[]>(async (transaction) => {
      // Nobody can take these over before the rows are written.
      const { rows } = await sql<{ shard: number }>`SELECT shard FROM log_shards
        WHERE shard = ANY(${shards}) AND holder = ${worker} AND lease_until > now() FOR SHARE`.execute(transaction);
      const held = new Set(rows.map(({ shard }) => shard));
      const kept = [...last.values()].filter(({ shard }) => held.has(shard));
      const json = JSON.stringify(kept.map(({ container }) => checkpointRowOf(container)));
      await sql`INSERT INTO log_checkpoints (${NAMES}) SELECT ${NAMES} FROM jsonb_to_recordset(${json}::jsonb) AS row (${TYPED})
        ON CONFLICT (pod_uid, container) DO UPDATE SET ${CHANGES}`.execute(transaction);
      return shards.filter((shard) => !held.has(shard));
    });
  }

  override async addGaps(gaps: readonly NotedGap[]): Promise<void> {
    if (gaps.length === 0) return;
    const rows = gaps.map(
      (gap) => sql`(${gap.podUid}, ${gap.container}, ${gap.restart}, ${gap.fromNs?.toString() ?? null},
        ${gap.toNs?.toString() ?? null}, ${gap.namespace}, ${gap.pod}, ${gap.reason}, ${new Date(gap.notedAtMs)})`,
    );
    await sql`INSERT INTO log_gaps (pod_uid, container, restart, from_ns, to_ns, namespace, pod, reason, noted_at)
      VALUES ${sql.join(rows)} ON CONFLICT DO NOTHING`.execute(this.#tables);
  }

  override async list(
    filter: FollowedFilter & { readonly states?: readonly FollowState[] },
    limit: number,
    after?: Pick<FollowedContainer, 'namespace' | 'pod' | 'container' | 'podUid'>,
  ): Promise<readonly FollowedContainer[]> {
    const beyond = after
      ? sql`AND (namespace, pod, container, pod_uid) > (${after.namespace}, ${after.pod}, ${after.container}, ${after.podUid})`
      : sql``;
    const { rows } = await sql<CheckpointRow>`SELECT ${NAMES} FROM log_checkpoints
      WHERE ${matching(filter)} ${beyond} ORDER BY namespace, pod, container, pod_uid LIMIT ${limit}`.execute(
      this.#tables,
    );
    return rows.map(followedOf);
  }

  override async count(filter: FollowedFilter): Promise<FollowedCounts> {
    type Counted = { state: FollowState; count: string } & Record<'gaps' | 'lines' | 'bytes' | 'reconnections', string>;
    const { rows } = await sql<Counted>`SELECT state, count(*) AS count, sum(gaps) AS gaps, sum(lines) AS lines,
      sum(bytes) AS bytes, sum(reconnections) AS reconnections
      FROM log_checkpoints WHERE ${matching(filter)} GROUP BY state`.execute(this.#tables);
    const total = (part: keyof Omit<Counted, 'state'>) => rows.reduce((sum, row) => sum + Number(row[part]), 0);
    return {
      states: Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])),
      gaps: total('gaps'),
      lines: total('lines'),
      bytes: total('bytes'),
      reconnections: total('reconnections'),
    };
  }

  override async gaps(
    { fromNs, toNs, ...filter }: FollowedFilter & { readonly fromNs?: bigint; readonly toNs?: bigint },
    limit: number,
  ): Promise<readonly NotedGap[]> {
    const before = toNs === undefined ? sql`` : sql`AND (from_ns IS NULL OR from_ns < ${toNs.toString()})`;
    const since = fromNs === undefined ? sql`` : sql`AND (to_ns IS NULL OR to_ns > ${fromNs.toString()})`;
    const { rows } = await sql<GapRow>`SELECT * FROM log_gaps WHERE ${matching(filter)} ${before} ${since}
      ORDER BY noted_at DESC, pod_uid, container, restart LIMIT ${limit}`.execute(this.#tables);
    return rows.map(gapOf);
  }

  override async trim(savedBeforeMs: number, notedBeforeMs: number, limit: number): Promise<number> {
    const containers = await sql`DELETE FROM log_checkpoints WHERE (pod_uid, container) IN (
      SELECT pod_uid, container FROM log_checkpoints WHERE updated_at < ${new Date(savedBeforeMs)} LIMIT ${limit})`.execute(
      this.#tables,
    );
    const gaps = await sql`DELETE FROM log_gaps WHERE ctid IN (
      SELECT ctid FROM log_gaps WHERE noted_at < ${new Date(notedBeforeMs)} LIMIT ${limit})`.execute(this.#tables);
    return Number(containers.numAffectedRows ?? 0n) + Number(gaps.numAffectedRows ?? 0n);
  }

  get #tables() {
    return this.database.tables<object>();
  }
}

function matching({
  namespaces,
  pods,
  states,
}: FollowedFilter & { readonly states?: readonly FollowState[] }): RawBuilder<unknown> {
  const parts = [
    ...(namespaces === undefined ? [] : [sql`namespace = ANY(${namespaces as string[]})`]),
    ...(pods === undefined ? [] : [sql`pod = ANY(${pods as string[]})`]),
    ...(states === undefined ? [] : [sql`state = ANY(${states as string[]})`]),
    sql`true`,
  ];
  return sql.join(parts, sql` AND `);
}
