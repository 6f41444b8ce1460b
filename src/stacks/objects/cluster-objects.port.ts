import type { ManifestObject, ObjectRef } from '../core/manifest-object.js';

/** A kind as the API server serves it. */
export interface ServedKind {
  /** `apps/v1`; `v1` for the core group. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The name in paths and in RBAC: `deployments`. */
  readonly plural: string;
  readonly isNamespaced: boolean;
  /** `resize`, `scale`, `status`; absent when it has none. */
  readonly subresources?: readonly string[];
}

/** How an object is applied. */
export interface ApplyOptions {
  /** Whose fields they become: `quartermaster`, `quartermaster-resizer`. */
  readonly fieldManager: string;
  /** A part of the object that is written by itself: `resize` of a Pod. */
  readonly subresource?: string;
  /** Takes fields that another manager owns. */
  readonly force?: boolean;
  /** The API server says what would be, and changes nothing. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** Which objects of a kind. */
export interface ObjectSelection {
  readonly apiVersion: string;
  readonly kind: string;
  /** All namespaces when absent. */
  readonly namespace?: string;
  /** The Kubernetes syntax. */
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** What Quartermaster itself would do, as `SelfSubjectAccessReview.spec.resourceAttributes` names it. */
export interface OwnAttempt {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verb: string;
  readonly namespace?: string;
  readonly name?: string;
}

/**
 * Objects of any kind in the cluster, written by server-side apply. Every call rejects with `ObjectRefusedError` (the API server answered no), `ObjectConflictError`
 * (another manager owns a field) or `ClusterUnreachableError`; all of `cluster-objects.errors.ts`.
 */
export abstract class ClusterObjects {
  /** How a kind is served, or undefined when the cluster does not serve it. Kept for a minute; what is unknown is asked again. */
  abstract kindOf(apiVersion: string, kind: string): Promise<ServedKind | undefined>;

  /**
   * The live object with its managed fields, or undefined. Where the cluster does not serve this version of the kind (any more), as another version of its group has it. A kind that is not served has
   * no objects.
   */
  abstract get(ref: ObjectRef): Promise<ManifestObject | undefined>;

  /** All objects of a selection by namespace and name; at most 10,000, which more are refused as `too-many`. */
  abstract list(selection: ObjectSelection): Promise<readonly ManifestObject[]>;

  /** Server-side apply with strict validation of fields. @returns the object as it is then, or would be */
  abstract apply(object: ManifestObject, options: ApplyOptions): Promise<ManifestObject>;

  /**
   * Deletes an object in the foreground (what it owns goes first), when it still has this uid. @returns false when it is not there (any more)
   */
  abstract delete(ref: ObjectRef, uid: string | undefined): Promise<boolean>;

  /** Whether the API server lets Quartermaster do that (SelfSubjectAccessReview). */
  abstract mayI(attempt: OwnAttempt): Promise<boolean>;

  /**
   * A GET through the API server's proxy of a Service: its HTTP status, within 5 s; undefined when nothing answers.
   * @param service with `https:` before its name where its port speaks TLS
   */
  abstract statusOf(
    namespace: string,
    service: string,
    port: string | number,
    path: string,
  ): Promise<number | undefined>;
}
