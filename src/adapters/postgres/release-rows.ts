import { sql, type Selectable } from 'kysely';
import type { ManifestObject } from '../../stacks/core/manifest-object.js';
import type { SecretKey } from '../../stacks/core/rendered-stack.js';
import type {
  NewRevision,
  ReleaseClaim,
  ReleaseDrift,
  ReleaseRecord,
  ReleaseRevision,
  ReleaseWork,
  RevisionOutcome,
} from '../../stacks/releases/release-records.port.js';

interface ReleaseRow {
  name: string;
  namespace: string;
  stack: string;
  version: string;
  newest: number;
  deployed: number | null;
  state: ReleaseRecord['state'];
  because: string;
  working_run: string | null;
  working_kind: ReleaseWork | null;
  working_since: Date | null;
  holder: string | null;
  drift: ReleaseDrift | null;
  created_by: string;
  created_at: Date;
  updated_at: Date;
}

interface RevisionRow {
  release: string;
  number: number;
  copy_of: number | null;
  stack: string;
  version: string;
  parameters: object;
  objects: readonly ManifestObject[];
  secrets: readonly SecretKey[];
  notes: string;
  made_by: string;
  made_at: Date;
  outcome: RevisionOutcome;
  because: string;
  finished_at: Date | null;
}

/** The tables of releases. */
export interface ReleaseTables {
  releases: ReleaseRow;
  release_revisions: RevisionRow;
}

export function recordOf(row: Selectable<ReleaseRow>): ReleaseRecord {
  const {
    name,
    namespace,
    stack,
    version,
    newest,
    state,
    because,
    working_run: run,
    working_kind: work,
    working_since: at,
  } = row;
  return {
    name,
    namespace,
    stack,
    version,
    newest,
    ...(row.deployed === null ? {} : { deployed: row.deployed }),
    state,
    because,
    ...(run !== null && work !== null && at !== null ? { claim: { run, work, atMs: at.getTime() } } : {}),
    ...(row.holder === null ? {} : { holder: row.holder }),
    ...(row.drift === null ? {} : { drift: row.drift }),
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
  };
}

export function revisionOf(row: Selectable<RevisionRow>): ReleaseRevision {
  const { number, stack, version, parameters, objects, secrets, notes, outcome, because } = row;
  return {
    number,
    ...(row.copy_of === null ? {} : { copyOf: row.copy_of }),
    stack,
    version,
    parameters,
    objects,
    secrets,
    notes,
    by: row.made_by,
    atMs: row.made_at.getTime(),
    outcome,
    because,
    ...(row.finished_at === null ? {} : { finishedAtMs: row.finished_at.getTime() }),
  };
}

/** A claim whose run has not begun. */
export function claimColumns({ run, work, atMs }: ReleaseClaim) {
  return { working_run: run, working_kind: work, working_since: new Date(atMs), holder: null };
}

/** A revision whose deployment has not ended. */
export function revisionColumns(release: string, number: number, revision: NewRevision) {
  return {
    release,
    number,
    copy_of: revision.copyOf ?? null,
    stack: revision.stack,
    version: revision.version,
    parameters: json(revision.parameters),
    objects: json(revision.objects),
    secrets: json(revision.secrets),
    notes: revision.notes,
    made_by: revision.by,
    made_at: new Date(revision.atMs),
    outcome: 'pending' as const,
    because: 'not deployed yet',
    finished_at: null,
  };
}

function json<Value extends object>(value: Value) {
  return sql<Value>`${JSON.stringify(value)}::json`;
}
