import type { ManifestObject } from '../../core/manifest-object.js';
import { readConditions } from '../../core/read-conditions.js';
import { claimCause } from './claim-cause.js';
import type { DiagnosisFacts, ObjectFacts } from './diagnosis-facts.js';
import { CAUSES, type Cause, type Finding } from './finding.js';
import { podCause } from './pod-cause.js';
import { refusalCause } from './refusal-cause.js';
import { warningsOf } from './warnings-of.js';

/** Why the objects of a release that are not ready are not; the most basic causes first, then in the stack's order. Same causes of several pods are told once. */
export function diagnose(facts: DiagnosisFacts): readonly Finding[] {
  const findings = facts.objects.flatMap((object) => findingsOf(object, facts));
  return findings.toSorted((one, other) => CAUSES.indexOf(one.cause) - CAUSES.indexOf(other.cause));
}

function findingsOf(object: ObjectFacts, facts: DiagnosisFacts): readonly Finding[] {
  const { ref, live, health } = object;
  if (health.state === 'current') return [];
  const seen = `${ref.kind} ${ref.name}: ${health.message}`;
  const causes =
    object.refusal !== undefined
      ? refusedCauses(object.refusal)
      : live
        ? causesOf(object, live, facts)
        : absentCauses(facts.failure);
  return causes.map((cause) => ({ ref, ...cause, because: [seen, ...cause.because] }));
}

/** Quartermaster may not even read it. */
function refusedCauses(message: string): readonly Cause[] {
  const whatToDo = 'Apply the rules of GET /stacks/{stack}/rbac.';
  return [refusalCause(message) ?? { cause: 'rights', because: [message], whatToDo }];
}

function absentCauses(failure: string | undefined): readonly Cause[] {
  const known = failure === undefined ? undefined : refusalCause(failure);
  if (known) return [known];
  return [
    {
      cause: 'release',
      because: [failure === undefined ? 'Nobody has applied it, or somebody has deleted it.' : failure],
      whatToDo: 'Deploy the release again; POST /stacks/{stack}/diff tells beforehand what is refused.',
    },
  ];
}

function causesOf(object: ObjectFacts, live: ManifestObject, facts: DiagnosisFacts): readonly Cause[] {
  if (object.health.state === 'terminating')
    return [
      {
        cause: 'release',
        because: ['It is being deleted; finalizers or what it owns may hold it.'],
        whatToDo: 'See its metadata.finalizers: what set them must let go.',
      },
    ];
  if (live.kind === 'PersistentVolumeClaim') {
    const warnings = warningsOf(live, facts.events).map(({ note }) => note);
    const cause = claimCause(live, facts.storageClasses, warnings);
    return cause ? [cause] : [];
  }
  const refusals = refusalsOf(live, facts);
  const ofPods = object.pods.flatMap((pod) => podCause(pod, facts) ?? []);
  const causes = unique([...refusals, ...ofPods]);
  return causes.length > 0 ? causes : [unknownCause(object, facts)];
}

/** Why a workload's pods are not even made: its condition `ReplicaFailure` (a Deployment has its ReplicaSet's), or else events `FailedCreate`. */
function refusalsOf(live: ManifestObject, { events }: DiagnosisFacts): readonly Cause[] {
  const failure = readConditions(live).find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const made = warningsOf(live, events).find(({ reason }) => reason === 'FailedCreate');
  const message = failure?.message ?? (live.kind === 'Deployment' ? undefined : made?.note);
  if (message === undefined || message === '') return [];
  const first = 'Its pods cannot be made.';
  const known = refusalCause(message);
  if (known) return [{ ...known, because: [first, ...known.because] }];
  return [{ cause: 'admission', because: [first, message], whatToDo: 'Change what the API server objects to.' }];
}

function unknownCause({ ref, pods }: ObjectFacts, { events }: DiagnosisFacts): Cause {
  const what = pods.length > 0 ? 'Its pods are there, and nothing has failed so far' : 'Nothing has failed so far';
  return {
    cause: 'unknown',
    because: [events === undefined ? `${what}; events could not be read.` : `${what}: it may still be starting.`],
    whatToDo: `Ask again in a while, or see kubectl describe ${ref.kind.toLowerCase()} ${ref.name}.`,
  };
}

/** Pods differ by their name alone, which the first step has. */
function unique(causes: readonly Cause[]): readonly Cause[] {
  const byRest = new Map<string, Cause>();
  for (const cause of causes) {
    const key = JSON.stringify([cause.cause, cause.because.slice(1)]);
    if (!byRest.has(key)) byRest.set(key, cause);
  }
  return [...byRest.values()];
}
