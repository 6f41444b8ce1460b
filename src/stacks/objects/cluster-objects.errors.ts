/** A field that another field manager owns. */
export interface FieldConflict {
  /** The owner, such as `kubectl-client-side-apply`. */
  readonly manager: string;
  /** As the API server writes it: `.spec.replicas`. */
  readonly field: string;
}

/** Another manager owns fields that were to be set (409 of server-side apply); nothing was changed. */
export class ObjectConflictError extends Error {
  override readonly name = 'ObjectConflictError';

  constructor(
    message: string,
    readonly conflicts: readonly FieldConflict[],
  ) {
    super(message);
  }
}

/** Why the API server refuses, by its status and reason. */
export type RefusalReason =
  | 'forbidden'
  | 'invalid'
  | 'immutable'
  | 'not-served'
  | 'namespace-missing'
  | 'namespace-terminating'
  | 'quota'
  | 'admission'
  | 'changed'
  | 'too-many'
  | 'other';

/** The API server answered no. */
export class ObjectRefusedError extends Error {
  override readonly name = 'ObjectRefusedError';

  constructor(
    /** The API server's own words: they name objects and fields, never a Secret's value. */
    message: string,
    readonly status: number,
    readonly reason: RefusalReason,
    /** Fields that are at fault, as the API server writes them: `spec.template.spec.containers[0].image`. */
    readonly fields: readonly string[] = [],
  ) {
    super(message);
  }
}

/** The API server did not answer. */
export class ClusterUnreachableError extends Error {
  override readonly name = 'ClusterUnreachableError';
}
