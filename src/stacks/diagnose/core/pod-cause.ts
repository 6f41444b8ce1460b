import type { ManifestObject } from '../../core/manifest-object.js';
import { readConditions } from '../../core/read-conditions.js';
import { readField, readList, readNumber, readText } from '../../core/read-field.js';
import { claimCause } from './claim-cause.js';
import type { DiagnosisFacts } from './diagnosis-facts.js';
import { warningsOf } from './warnings-of.js';
import type { Cause } from './finding.js';
import { imageCause } from './image-cause.js';
import { schedulingCause, UNBOUND_CLAIMS } from './scheduling-cause.js';

type PodFacts = Pick<DiagnosisFacts, 'events' | 'claims' | 'storageClasses' | 'crashLogs'>;

/** Waiting reasons of the kubelet (pkg/kubelet/images/types.go, v1.34). */
const IMAGE = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
]);
/** pkg/kubelet/kuberuntime (v1.34). */
const CONFIGURATION = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);
const MISSING =
  /((?:configmap|secret) "[^"]+" not found|couldn't find key .+ in (?:ConfigMap|Secret) \S+|references non-existent (?:config|secret) key: \S+)/i;

/** Why a pod is not ready; undefined when it is, or when nothing tells. */
export function podCause(pod: ManifestObject, facts: PodFacts): Cause | undefined {
  if (readConditions(pod).some(({ type, status }) => type === 'Ready' && status === 'True')) return undefined;
  const warnings = warningsOf(pod, facts.events);
  const texts = warnings.map(({ note }) => note);
  const cause =
    unscheduledCause(pod, facts) ??
    containerCause(pod, facts, texts) ??
    mountCause(warnings) ??
    probeCause(pod, warnings);
  return cause && { ...cause, because: [`Pod ${pod.metadata.name} is not ready.`, ...cause.because] };
}

function unscheduledCause(pod: ManifestObject, facts: PodFacts): Cause | undefined {
  const scheduled = readConditions(pod).find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (!scheduled) return undefined;
  if (scheduled.reason === 'SchedulingGated')
    return {
      cause: 'scheduling',
      because: ['Scheduling gates hold it back.'],
      whatToDo: 'See who set spec.schedulingGates: it takes them away when it is done.',
    };
  if (!UNBOUND_CLAIMS.test(scheduled.message)) return schedulingCause(scheduled.message);
  return (
    claimsOf(pod)
      .map((name) => claimOf(pod, name, facts))
      .find((cause) => cause !== undefined) ?? {
      cause: 'volume',
      because: [scheduled.message],
      whatToDo: 'See why the claim is not bound: kubectl describe pvc.',
    }
  );
}

function claimOf(pod: ManifestObject, name: string, { claims, storageClasses, events }: PodFacts): Cause | undefined {
  const { namespace } = pod.metadata;
  const claim = claims?.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  if (claim)
    return claimCause(
      claim,
      storageClasses,
      warningsOf(claim, events).map(({ note }) => note),
    );
  return (
    claims && {
      cause: 'volume',
      because: [`The PersistentVolumeClaim ${name} that it uses is not there.`],
      whatToDo: `Make the PersistentVolumeClaim ${name}, or name another one.`,
    }
  );
}

/** The claims that a pod uses. */
function claimsOf(pod: ManifestObject): readonly string[] {
  return readList(pod, 'spec', 'volumes')
    .map((volume) => readText(volume, 'persistentVolumeClaim', 'claimName'))
    .filter((name) => name !== '');
}

function containerCause(pod: ManifestObject, facts: PodFacts, texts: readonly string[]): Cause | undefined {
  const all = [...readList(pod, 'status', 'initContainerStatuses'), ...readList(pod, 'status', 'containerStatuses')];
  for (const container of all) {
    const name = readText(container, 'name');
    const reason = readText(container, 'state', 'waiting', 'reason');
    const message = readText(container, 'state', 'waiting', 'message');
    if (IMAGE.has(reason)) {
      const image = readText(container, 'image');
      const told = texts.filter((text) => text.includes(image));
      return imageCause(image, reason, [message, ...told]);
    }
    if (CONFIGURATION.has(reason)) return configurationCause(name, message || reason);
    const crash = crashCause(pod, name, container, facts);
    if (crash) return crash;
  }
  return undefined;
}

function configurationCause(container: string, message: string): Cause {
  const missing = MISSING.exec(message)?.[1];
  return {
    cause: 'configuration',
    because: [`Container ${container} cannot be made.`, `${missing ?? message}.`],
    whatToDo: missing
      ? 'Make what is missing, or mark the reference as optional.'
      : "Correct the container's command, settings or securityContext.",
  };
}

function crashCause(
  { metadata: { name: pod } }: ManifestObject,
  name: string,
  container: unknown,
  { crashLogs }: PodFacts,
): Cause | undefined {
  const isBackingOff = readText(container, 'state', 'waiting', 'reason') === 'CrashLoopBackOff';
  const now = readField(container, 'state', 'terminated');
  const last = now ?? readField(container, 'lastState', 'terminated');
  const exitCode = readNumber(last, ['exitCode'], 0);
  const isCrash = isBackingOff || (last !== undefined && exitCode !== 0 && readField(container, 'ready') !== true);
  if (!isCrash) return undefined;
  const reason = readText(last, 'reason');
  const restarts = readNumber(container, ['restartCount'], 0);
  const logLines = crashLogs.find((log) => log.pod === pod && log.container === name)?.lines ?? [];
  const isOutOfMemory = reason === 'OOMKilled';
  return {
    cause: 'crash',
    because: [
      `Container ${name} ends again and again (${restarts} restarts).`,
      isOutOfMemory
        ? `It used more memory than its limit (OOMKilled, exit code ${exitCode}).`
        : `It ended with exit code ${exitCode}${reason ? ` (${reason})` : ''}.`,
    ],
    whatToDo: isOutOfMemory ? 'Give it a higher memory limit.' : crashAdvice(exitCode),
    ...(logLines.length > 0 ? { logLines } : {}),
  };
}

function crashAdvice(exitCode: number): string {
  if (exitCode === 0) return 'It ends by itself: give it a command that goes on.';
  if (exitCode === 126 || exitCode === 127) return 'Its command is not in the image or may not be run: correct it.';
  if (exitCode === 137 || exitCode === 143)
    return 'It was killed from outside: see whether its liveness probe fails or its node lacks memory.';
  return 'Read its last log lines, and correct its settings.';
}

type Warning = ReturnType<typeof warningsOf>[number];

function mountCause(warnings: readonly Warning[]): Cause | undefined {
  const failed = warnings.find(({ reason }) => reason === 'FailedMount' || reason === 'FailedAttachVolume');
  if (!failed) return undefined;
  const missing = MISSING.exec(failed.note)?.[1];
  return missing === undefined
    ? { cause: 'volume', because: [failed.note], whatToDo: 'See whether the volume and its driver are in order.' }
    : {
        cause: 'configuration',
        because: ['A volume cannot be mounted.', `${missing}.`],
        whatToDo: 'Make what is missing, or mark the reference as optional.',
      };
}

function probeCause(pod: ManifestObject, warnings: readonly Warning[]): Cause | undefined {
  const failed = warnings.find(({ reason }) => reason === 'Unhealthy' || reason === 'ProbeError');
  const runs = readList(pod, 'status', 'containerStatuses').some(
    (container) => readField(container, 'state', 'running') !== undefined,
  );
  if (!failed || !runs) return undefined;
  return {
    cause: 'probe',
    because: ['Its containers run, but a probe fails.', failed.note],
    whatToDo: "See whether the program answers at the probe's port and path, or needs a longer initialDelaySeconds.",
  };
}
