import type { FollowState } from '../../logs/collect/core/follow-state.js';
import type { GapReason } from '../../logs/collect/core/log-position.js';
import type { FollowedContainer, NotedGap } from '../../logs/collect/followed-container.js';

/** `bigint` comes as text. */
export interface CheckpointRow {
  pod_uid: string;
  container: string;
  namespace: string;
  pod: string;
  node: string | null;
  container_id: string | null;
  restart: number;
  time_ns: string | null;
  sequence: number | null;
  is_ended: boolean;
  state: FollowState;
  reason: string | null;
  behind_since: Date | null;
  lines: string;
  bytes: string;
  gaps: number;
  reconnections: number;
  updated_at: Date;
}

export interface GapRow {
  pod_uid: string;
  container: string;
  restart: number;
  from_ns: string | null;
  to_ns: string | null;
  namespace: string;
  pod: string;
  reason: GapReason;
  noted_at: Date;
}

export function followedOf(row: CheckpointRow): FollowedContainer {
  const { container_id, restart, time_ns, sequence, is_ended } = row;
  const position = time_ns === null || sequence === null ? {} : { position: { timeNs: BigInt(time_ns), sequence } };
  return {
    namespace: row.namespace,
    pod: row.pod,
    podUid: row.pod_uid,
    container: row.container,
    ...(row.node === null ? {} : { node: row.node }),
    ...(container_id === null
      ? {}
      : { checkpoint: { containerId: container_id, restart, ...position, isEnded: is_ended } }),
    state: row.state,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.behind_since === null ? {} : { behindSinceMs: row.behind_since.getTime() }),
    lines: Number(row.lines),
    bytes: Number(row.bytes),
    gaps: row.gaps,
    reconnections: row.reconnections,
    updatedAtMs: row.updated_at.getTime(),
  };
}

/** As JSON for `jsonb_to_recordset`. */
export function checkpointRowOf(container: FollowedContainer): Record<string, unknown> {
  const { checkpoint, behindSinceMs } = container;
  return {
    pod_uid: container.podUid,
    container: container.container,
    namespace: container.namespace,
    pod: container.pod,
    node: container.node ?? null,
    container_id: checkpoint?.containerId ?? null,
    restart: checkpoint?.restart ?? 0,
    time_ns: checkpoint?.position?.timeNs.toString() ?? null,
    sequence: checkpoint?.position?.sequence ?? null,
    is_ended: checkpoint?.isEnded ?? false,
    state: container.state,
    reason: container.reason?.slice(0, 1000) ?? null,
    behind_since: behindSinceMs === undefined ? null : new Date(behindSinceMs).toISOString(),
    lines: container.lines,
    bytes: container.bytes,
    gaps: container.gaps,
    reconnections: container.reconnections,
    updated_at: new Date(container.updatedAtMs).toISOString(),
  };
}

export function gapOf(row: GapRow): NotedGap {
  return {
    namespace: row.namespace,
    pod: row.pod,
    podUid: row.pod_uid,
    container: row.container,
    restart: row.restart,
    ...(row.from_ns === null ? {} : { fromNs: BigInt(row.from_ns) }),
    ...(row.to_ns === null ? {} : { toNs: BigInt(row.to_ns) }),
    reason: row.reason,
    notedAtMs: row.noted_at.getTime(),
  };
}
