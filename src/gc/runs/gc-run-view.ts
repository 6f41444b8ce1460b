import { decodeCursor, encodeCursor, type Page } from '../../platform/http/paging.js';
import { invalidInput } from '../../platform/errors.js';
import type { GcRunNode } from './gc-run-records.port.js';
import type { GcRunNodeView, GcRunView } from './gc-run.schema.js';
import type { KnownGcRun } from './gc-runs.service.js';

const at = (ms: number): string => new Date(ms).toISOString();

/** A run as clients see it. */
export function gcRunView({ run, record, counts }: KnownGcRun): GcRunView {
  const { policy } = run.payload as { readonly policy: string };
  const { id, state, progress, startedBy, error } = run;
  return {
    id,
    policy,
    state,
    progress,
    ...(record
      ? {
          plan: record.plan,
          approved: record.isApproved,
          dryRun: record.isDryRun,
          deadlineAt: at(record.deadlineMs),
        }
      : {}),
    ...(counts ? { nodes: counts } : {}),
    startedBy,
    createdAt: at(run.createdAtMs),
    ...(run.startedAtMs === undefined ? {} : { startedAt: at(run.startedAtMs) }),
    ...(run.finishedAtMs === undefined ? {} : { finishedAt: at(run.finishedAtMs) }),
    ...(run.result === undefined ? {} : { result: run.result as NonNullable<GcRunView['result']> }),
    ...(error === undefined ? {} : { error }),
  };
}

/** Runs as clients see them. */
export function gcRunPage({ items, nextCursor }: Page<KnownGcRun>): Page<GcRunView> {
  return { items: items.map(gcRunView), ...(nextCursor === undefined ? {} : { nextCursor }) };
}

/** Cuts a page out of one node more than it may have. */
export function gcRunNodePage(nodes: readonly GcRunNode[], limit: number): Page<GcRunNodeView> {
  const items = nodes.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(nodeView),
    ...(nodes.length > limit && last ? { nextCursor: encodeCursor([last.position]) } : {}),
  };
}

/** @throws ProblemError 400 when the cursor is none of nodes of a run */
export function positionOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const [position] = decodeCursor(cursor, 1);
  if (typeof position === 'number' && Number.isInteger(position) && Math.abs(position) < 2 ** 31) return position;
  throw invalidInput('cursor', 'is not a cursor of this list; leave it out to begin at the start');
}

function nodeView(node: GcRunNode): GcRunNodeView {
  const { changedAtMs, position: _, ...rest } = node;
  return { ...rest, changedAt: at(changedAtMs) };
}
