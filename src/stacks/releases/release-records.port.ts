import type { ManifestObject } from '../core/manifest-object.js';
import type { SecretKey } from '../core/rendered-stack.js';

/** What a run does with a release: deploys its newest revision, puts back what has drifted, or removes it. */
export type ReleaseWork = 'deploy' | 'correct' | 'remove';

/** The run that has the release for itself. */
export interface ReleaseClaim {
  readonly run: string;
  readonly work: ReleaseWork;
  readonly atMs: number;
}

/** What the last check found. */
export interface ReleaseDrift {
  readonly checkedAtMs: number;
  /** How many objects are not as they were deployed. */
  readonly objects: number;
  /** Another one when other objects or fields have drifted; the same otherwise. */
  readonly digest: string;
}

/** A stack that is, or is to be, in the cluster. */
export interface ReleaseRecord {
  readonly name: string;
  readonly namespace: string;
  /** Of the newest revision. */
  readonly stack: string;
  readonly version: string;
  /** Number of the newest revision. */
  readonly newest: number;
  /** Number of the revision that was deployed last with success. */
  readonly deployed?: number;
  /** How its last change ended; `new` until one has. */
  readonly state: 'new' | 'deployed' | 'failed';
  readonly because: string;
  readonly claim?: ReleaseClaim;
  /** The attempt of that run that is at work. */
  readonly holder?: string;
  readonly drift?: ReleaseDrift;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** What was to be deployed. No value of a secret is in it. */
export interface NewRevision {
  /** Of a rollback: the revision whose objects these are. */
  readonly copyOf?: number;
  readonly stack: string;
  readonly version: string;
  readonly parameters: object;
  readonly objects: readonly ManifestObject[];
  readonly secrets: readonly SecretKey[];
  readonly notes: string;
  readonly by: string;
  readonly atMs: number;
}

/** `pending`: nothing of it was applied yet. */
export type RevisionOutcome = 'pending' | 'applying' | 'succeeded' | 'failed' | 'cancelled';

export interface ReleaseRevision extends NewRevision {
  readonly number: number;
  readonly outcome: RevisionOutcome;
  readonly because: string;
  readonly finishedAtMs?: number;
}

/** What a run writes of its release. */
export interface ReleaseChange {
  readonly atMs: number;
  /** From now on this attempt of the run is at work. */
  readonly holder?: string;
  readonly state?: ReleaseRecord['state'];
  readonly because?: string;
  /** The revision that is deployed now; null: none is any more. */
  readonly deployed?: number | null;
  /** How far a revision is. */
  readonly revision?: {
    readonly number: number;
    readonly outcome: Exclude<RevisionOutcome, 'pending'>;
    readonly because: string;
  };
  /** The run is done with the release. */
  readonly isDone?: true;
}

/**
 * The releases and their revisions.
 *
 * Contract: what resolved is durable, and each call is one transaction. A release has at most one claim, so two runs never have it at once, on any number of
 * replicas. Lists of releases are ordered by name (code units), of revisions newest first. Revisions are numbered from 1, without gaps.
 */
export abstract class ReleaseRecords {
  /** Adds a release with its first revision, claimed by a run. Tells false, and changes nothing, when the name is taken. */
  abstract create(
    release: { readonly name: string; readonly namespace: string },
    revision: NewRevision,
    claim: ReleaseClaim,
  ): Promise<boolean>;

  abstract find(name: string): Promise<ReleaseRecord | undefined>;

  /** @param after name of the last release of the page before */
  abstract list(
    filter: { readonly namespaces?: readonly string[] },
    limit: number,
    after?: string,
  ): Promise<readonly ReleaseRecord[]>;

  /**
   * Takes a release for a run, and adds a revision where one is given; revisions beyond those that are kept (`RELEASE_REVISIONS_KEPT`) go, but for the one that is deployed. Resolves with undefined, and changes nothing, when
   * a run has it or there is none.
   */
  abstract claim(name: string, claim: ReleaseClaim, revision?: NewRevision): Promise<ReleaseRecord | undefined>;

  /**
   * Changes a release while `run` has it, and `holder` is its attempt at work when one is given. Tells false, and changes nothing, otherwise.
   */
  abstract change(
    name: string,
    by: { readonly run: string; readonly holder?: string },
    change: ReleaseChange,
  ): Promise<boolean>;

  /** Notes what a check of this revision found, while it is the deployed one and no run has the release; tells whether it was so. */
  abstract noteDrift(name: string, deployed: number, drift: ReleaseDrift): Promise<boolean>;

  /** All kept revisions, or those of these numbers. */
  abstract revisions(name: string, numbers?: readonly number[]): Promise<readonly ReleaseRevision[]>;

  /** Removes a release and its revisions while `run` has it; tells whether it was so. */
  abstract remove(name: string, run: string): Promise<boolean>;
}
