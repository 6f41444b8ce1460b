/** One rule of RBAC (`rbac.authorization.k8s.io/v1`), and where it is to hold. */
export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  /** All names when absent. */
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
  /** The namespace; absent: the whole cluster. */
  readonly namespace?: string;
}
