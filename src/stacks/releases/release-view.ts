import type { CheckedAddress } from '../diagnose/release-addresses.service.js';
import { ruleText } from '../rights/core/missing-rules.js';
import { refOf } from '../core/manifest-object.js';
import { refusalsOf, type ComparedObject } from './core/compared-object.js';
import type { DeploymentDiff } from './diff-deployment.service.js';
import type { ReleaseRecord, ReleaseRevision } from './release-records.port.js';
import type {
  ObjectDiffView,
  ReleaseObjectView,
  ReleaseRevisionView,
  ReleaseSummary,
  ReleaseView,
  StackDiff,
} from './release-view.schema.js';
import type { ObjectStanding } from './wait-for-objects.service.js';

const WORKING = { deploy: 'deploying', correct: 'correcting', remove: 'removing' } as const;

const instant = (atMs: number): string => new Date(atMs).toISOString();

/** A release as clients see it in a list. */
export function releaseSummary(record: ReleaseRecord): ReleaseSummary {
  const { name, namespace, stack, version, state, because, claim, deployed, newest, drift } = record;
  return {
    name,
    namespace,
    stack,
    version,
    state: claim ? WORKING[claim.work] : state,
    because,
    ...(claim ? { run: claim.run } : {}),
    ...(deployed === undefined ? {} : { revision: deployed }),
    newestRevision: newest,
    ...(drift ? { drift: { checkedAt: instant(drift.checkedAtMs), objects: drift.objects } } : {}),
    createdBy: record.createdBy,
    createdAt: instant(record.createdAtMs),
    updatedAt: instant(record.updatedAtMs),
  };
}

/** A release with the revision that is shown for it. */
export function releaseView(
  record: ReleaseRecord,
  { parameters, notes }: ReleaseRevision,
  addresses: readonly CheckedAddress[],
): ReleaseView {
  return {
    ...releaseSummary(record),
    parameters: { ...parameters },
    notes,
    addresses: addresses.map((address) => ({ ...address, ingresses: [...address.ingresses] })),
  };
}

export function revisionView(revision: ReleaseRevision): ReleaseRevisionView {
  const { number, copyOf, stack, version, parameters, objects, outcome, because, by, atMs, finishedAtMs } = revision;
  return {
    revision: number,
    ...(copyOf === undefined ? {} : { copyOf }),
    stack,
    version,
    parameters: { ...parameters },
    objects: objects.length,
    outcome,
    because,
    createdBy: by,
    createdAt: instant(atMs),
    ...(finishedAtMs === undefined ? {} : { finishedAt: instant(finishedAtMs) }),
  };
}

export function objectView({ object, health, text }: ObjectStanding): ReleaseObjectView {
  return { ...refOf(object), state: health.state, message: text };
}

export function objectDiffView(compared: ComparedObject): ObjectDiffView {
  const { ref, action, fields } = compared.diff;
  const [problem] = refusalsOf([compared], { force: false, replace: false });
  return {
    ...ref,
    action,
    fields: [...fields],
    conflicts: [...compared.conflicts],
    ...(problem === undefined ? {} : { problem }),
  };
}

export function stackDiffView({
  plan: { release, revision },
  objects,
  missingRights,
  digest,
}: DeploymentDiff): StackDiff {
  const count = (action: ComparedObject['diff']['action']): number =>
    objects.filter(({ diff }) => diff.action === action).length;
  return {
    release: release.name,
    namespace: release.namespace,
    stack: revision.stack,
    version: revision.version,
    summary: {
      create: count('create'),
      change: count('change'),
      replace: count('replace'),
      delete: count('delete'),
      none: count('none'),
    },
    objects: objects.map(objectDiffView),
    missingRights: missingRights.map(ruleText),
    digest,
  };
}
