/** How a kind is served: enough to find its path and to name it in a rule of RBAC. */
export interface KnownKind {
  /** `apps/v1`; `v1` for the core group. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The name in paths and in RBAC: `deployments`. */
  readonly plural: string;
  readonly isNamespaced: boolean;
}
