import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { KubernetesAccess } from '../../auth/kubernetes-access.js';
import { PodLogError, PodLogs } from '../../logs/collect/pod-log.port.js';
import type { ManifestObject } from '../core/manifest-object.js';
import { readField, readList, readNumber, readText } from '../core/read-field.js';
import type { CrashLog } from './core/diagnosis-facts.js';
import { lastLines } from './last-lines.js';
import type { Unread } from './namespace-facts.service.js';

const MOST_CONTAINERS = 5;
const WITHIN_MS = 5_000;
/** A log is read from this long before its container ended. */
const BEFORE_END_SECONDS = 30;

interface Crashed {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly isPrevious: boolean;
  readonly endedAtMs: number;
}

/** The last lines of containers that crashed: for Kubernetes users only what they may read themselves. */
@Injectable()
export class CrashLogs {
  constructor(
    private readonly logs: PodLogs,
    private readonly access: KubernetesAccess,
  ) {}

  async read(caller: Caller, pods: readonly ManifestObject[], unread: Unread): Promise<readonly CrashLog[]> {
    const found: CrashLog[] = [];
    for (const crashed of pods.flatMap(crashedIn).slice(0, MOST_CONTAINERS)) {
      if (!(await this.#mayRead(caller, crashed))) {
        unread.push(`The caller may not get pods/log of ${crashed.namespace}.`);
        continue;
      }
      const lines = await this.#lines(crashed, unread);
      found.push({ pod: crashed.pod, container: crashed.container, lines });
    }
    return found;
  }

  async #mayRead({ user }: Caller, { namespace, pod }: Crashed): Promise<boolean> {
    if (!user) return true;
    const attributes = { group: '', resource: 'pods', subresource: 'log', verb: 'get', namespace, name: pod };
    return this.access.allows(user, attributes);
  }

  async #lines({ endedAtMs, ...which }: Crashed, unread: Unread): Promise<readonly string[]> {
    const sinceSeconds = Math.floor(endedAtMs / 1000) - BEFORE_END_SECONDS;
    const since = Number.isFinite(sinceSeconds) ? { sinceSeconds } : {};
    const signal = AbortSignal.timeout(WITHIN_MS);
    try {
      return await lastLines(await this.logs.open({ ...which, follow: false, ...since }, signal));
    } catch (error) {
      const isLate = signal.aborted && error === signal.reason;
      if (!isLate && !(error instanceof PodLogError)) throw error;
      const why = isLate ? 'it took too long' : (error as PodLogError).message;
      unread.push(`The log of ${which.pod}/${which.container}: ${why}`);
      return [];
    }
  }
}

function crashedIn(pod: ManifestObject): readonly Crashed[] {
  const { namespace = '', name } = pod.metadata;
  const all = [...readList(pod, 'status', 'initContainerStatuses'), ...readList(pod, 'status', 'containerStatuses')];
  return all.flatMap((container) => {
    const now = readField(container, 'state', 'terminated');
    const last = now ?? readField(container, 'lastState', 'terminated');
    const isBackingOff = readText(container, 'state', 'waiting', 'reason') === 'CrashLoopBackOff';
    const hasFailed = readField(container, 'ready') !== true && readNumber(last, ['exitCode'], 0) !== 0;
    if (last === undefined || !(isBackingOff || hasFailed)) return [];
    // While it backs off, the newest life is the one that ended; once it runs again, the one before.
    const isPrevious = readField(container, 'state', 'running') !== undefined;
    const endedAtMs = Date.parse(readText(last, 'finishedAt'));
    return [{ namespace, pod: name, container: readText(container, 'name'), isPrevious, endedAtMs }];
  });
}
