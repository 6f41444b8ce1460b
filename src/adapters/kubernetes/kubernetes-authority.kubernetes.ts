import type { KubernetesUser } from '../../auth/core/caller.js';
import {
  type AccessAttributes,
  type AccessReviewed,
  KubernetesAuthority,
  type TokenReviewed,
} from '../../auth/kubernetes-authority.port.js';
import { KubernetesApi } from './kubernetes-api.js';

interface TokenReviewAnswer {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly user?: {
      readonly username?: string;
      readonly uid?: string;
      readonly groups?: readonly string[];
      readonly extra?: Readonly<Record<string, readonly string[]>>;
    };
    readonly audiences?: readonly string[];
    readonly error?: string;
  };
}

interface AccessReviewAnswer {
  readonly status?: { readonly allowed?: boolean; readonly denied?: boolean; readonly reason?: string };
}

const TIMEOUT_MS = 5000;

/** Asks the API server: TokenReview (authentication.k8s.io/v1) and SubjectAccessReview (authorization.k8s.io/v1). */
export class KubernetesApiAuthority extends KubernetesAuthority {
  constructor(private readonly api: KubernetesApi) {
    super();
  }

  async reviewToken(token: string, audiences?: readonly string[]): Promise<TokenReviewed> {
    const spec = { token, ...(audiences ? { audiences } : {}) };
    const { status = {} } = (await this.review('authentication.k8s.io', 'TokenReview', spec)) as TokenReviewAnswer;
    const user = status.authenticated === true ? userOf(status.user) : undefined;
    return {
      authenticated: user !== undefined,
      ...(user ? { user } : {}),
      ...(status.audiences ? { audiences: status.audiences } : {}),
      ...(status.error ? { error: status.error } : {}),
    };
  }

  async reviewAccess(user: KubernetesUser, attributes: AccessAttributes): Promise<AccessReviewed> {
    const spec = {
      user: user.username,
      groups: user.groups,
      extra: user.extra,
      ...(user.uid === undefined ? {} : { uid: user.uid }),
      resourceAttributes: attributes,
    };
    const { status = {} } = (await this.review(
      'authorization.k8s.io',
      'SubjectAccessReview',
      spec,
    )) as AccessReviewAnswer;
    const allowed = status.allowed === true && status.denied !== true;
    return { allowed, ...(status.reason ? { reason: status.reason } : {}) };
  }

  private review(group: string, kind: 'TokenReview' | 'SubjectAccessReview', spec: object): Promise<unknown> {
    const body = { apiVersion: `${group}/v1`, kind, spec };
    return this.api.postJson(`/apis/${group}/v1/${kind.toLowerCase()}s`, body, {
      timeoutMs: TIMEOUT_MS,
      repeatable: true,
    });
  }
}

/** Somebody without a name is nobody: such an answer does not authenticate. */
function userOf(user: NonNullable<TokenReviewAnswer['status']>['user']): KubernetesUser | undefined {
  if (!user?.username) return undefined;
  return {
    username: user.username,
    ...(user.uid ? { uid: user.uid } : {}),
    groups: user.groups ?? [],
    extra: user.extra ?? {},
  };
}
