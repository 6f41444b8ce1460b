import type { Health } from '../../core/health.js';
import type { ManifestObject, ObjectRef } from '../../core/manifest-object.js';

/** What one object of a release is like now. */
export interface ObjectFacts {
  readonly ref: ObjectRef;
  /** Absent: it is not there. */
  readonly live?: ManifestObject;
  readonly health: Health;
  /** Why the API server lets nobody read it; in its own words. */
  readonly refusal?: string;
  /** The pods that its selector selects, as the API server has them. */
  readonly pods: readonly ManifestObject[];
}

/** The last lines of a container that crashed. */
export interface CrashLog {
  readonly pod: string;
  readonly container: string;
  readonly lines: readonly string[];
}

/** Lists that could not be read are undefined: nothing is concluded from what is not known. */
export interface DiagnosisFacts {
  readonly namespace: string;
  readonly objects: readonly ObjectFacts[];
  /** Warnings of the namespace, `events.k8s.io/v1`. */
  readonly events: readonly ManifestObject[] | undefined;
  readonly claims: readonly ManifestObject[] | undefined;
  readonly storageClasses: readonly ManifestObject[] | undefined;
  readonly crashLogs: readonly CrashLog[];
  /** Why its last change failed; absent when it did not. */
  readonly failure?: string;
}
