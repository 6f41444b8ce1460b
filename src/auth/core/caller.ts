/**
 * What an own token may do (agents have none of these). Of `viewer` (reads), `operator` (runs) and `admin` (the rest) each includes the ones before it; `ingest` sends log lines, which
 * operators and admins may too, and does nothing else.
 */
export type Role = 'ingest' | 'viewer' | 'operator' | 'admin';

/** Who the API server says that a token belongs to (`TokenReview.status.user`), as a SubjectAccessReview wants it back. */
export interface KubernetesUser {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Who makes a call. The guard puts it on the request; everything behind the guard trusts it. */
export interface Caller {
  /** The token's name, or the Kubernetes user name. For people and the audit trail; not an identity to decide on. */
  readonly name: string;
  readonly kind: 'token' | 'kubernetes' | 'agent';
  /** Of an own token. */
  readonly tokenId?: string;
  /** Of an own token. A Kubernetes user has none: the API server has decided on this very operation. */
  readonly role?: Role;
  /**
   * The namespaces that this caller may see, in this call; absent means all. A Kubernetes user's were reviewed for the operation that is being
   * called, so they hold for that operation alone.
   */
  readonly namespaces?: readonly string[];
  /** Of an agent: the node that its token is bound to, and the only one that it speaks for. */
  readonly node?: string;
  /** Of a Kubernetes user: for further reviews, object by object. */
  readonly user?: KubernetesUser;
}
