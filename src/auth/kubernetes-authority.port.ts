import type { KubernetesUser } from './core/caller.js';

/** What a TokenReview says. `authenticated: false` is an answer, not an error. */
export interface TokenReviewed {
  readonly authenticated: boolean;
  /** Present when authenticated. */
  readonly user?: KubernetesUser;
  /** The audiences that were asked for and that the token has; without `audiences` in the question, the API server's own. */
  readonly audiences?: readonly string[];
  /** Why not, in the API server's words; for the log, never for the client. */
  readonly error?: string;
}

/** What somebody wants to do, as `SubjectAccessReview.spec.resourceAttributes`. */
export interface AccessAttributes {
  /** API group: `quartermaster.io`, or `''` for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** `get list create update delete …` */
  readonly verb: string;
  /** Absent or `''`: in all namespaces, or not namespaced at all. */
  readonly namespace?: string;
  readonly name?: string;
}

/** What a SubjectAccessReview says. `allowed: false` is an answer, not an error. */
export interface AccessReviewed {
  readonly allowed: boolean;
  /** The authorizer's words; for the log, never for the client. */
  readonly reason?: string;
}

/**
 * The Kubernetes API server as the one who knows its users and their rights.
 *
 * Contract: each call asks the API server (no cache here), ends within a few seconds, and rejects when the API server did not answer or
 * refused the review itself (it is away, or Quartermaster lacks the right to create reviews): the caller then answers 503, never 401.
 * `user` is passed on as it was received, `extra` and `uid` included.
 */
export abstract class KubernetesAuthority {
  /** @param audiences the token must be meant for one of them; absent: for the API server */
  abstract reviewToken(token: string, audiences?: readonly string[]): Promise<TokenReviewed>;
  abstract reviewAccess(user: KubernetesUser, attributes: AccessAttributes): Promise<AccessReviewed>;
}
