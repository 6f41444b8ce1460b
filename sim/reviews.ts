import { mayDo, type User, type Users } from './users.js';
import { Refusal } from './status.js';

interface TokenReviewSpec {
  readonly token?: string;
  readonly audiences?: string[];
}
interface AccessReviewSpec {
  readonly user?: string;
  readonly resourceAttributes?: {
    readonly group?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly verb?: string;
    readonly namespace?: string;
  };
  readonly nonResourceAttributes?: object;
}

/** The API server's own. */
const API_AUDIENCE = 'https://kubernetes.default.svc';

/** Answers a TokenReview (authentication.k8s.io/v1) from the table of users. */
export function reviewToken(users: Users, body: unknown): object {
  const spec = specOf(body) as TokenReviewSpec;
  if (!spec.token) throw new Refusal(400, 'spec.token: Required value');
  const user = users.findByToken(spec.token);
  const asked = spec.audiences?.length ? spec.audiences : [API_AUDIENCE];
  const audiences = (user?.audiences ?? [API_AUDIENCE]).filter((audience) => asked.includes(audience));
  const status =
    user && audiences.length > 0
      ? {
          authenticated: true,
          user: { username: user.username, uid: user.uid, groups: user.groups, extra: user.extra },
          audiences,
        }
      : { user: {}, error: 'invalid bearer token' };
  return { kind: 'TokenReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, spec, status };
}

/** Answers a SubjectAccessReview (authorization.k8s.io/v1) from the rules of the user whom it names. */
export function reviewAccess(users: Users, body: unknown): object {
  const spec = specOf(body) as AccessReviewSpec;
  if (!spec.resourceAttributes && !spec.nonResourceAttributes) {
    throw new Refusal(400, 'spec.resourceAttributes: Required value');
  }
  return reviewed('SubjectAccessReview', spec, users.findByName(spec.user ?? ''));
}

/** Answers a SelfSubjectAccessReview (authorization.k8s.io/v1) of the user who asks. */
export function reviewOwnAccess(user: User, body: unknown): object {
  return reviewed('SelfSubjectAccessReview', specOf(body), user);
}

function reviewed(kind: string, spec: AccessReviewSpec, user: User | undefined): object {
  const wanted = spec.resourceAttributes;
  const resource = wanted?.subresource ? `${wanted.resource}/${wanted.subresource}` : (wanted?.resource ?? '');
  const allowed =
    user !== undefined &&
    wanted !== undefined &&
    mayDo(user, { group: wanted.group ?? '', resource, verb: wanted.verb ?? '', namespace: wanted.namespace ?? '' });
  const status = { allowed, ...(allowed ? { reason: `RBAC: allowed for ${user.username}` } : {}) };
  return { kind, apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status };
}

function specOf(body: unknown): object {
  const spec = typeof body === 'object' && body !== null && 'spec' in body ? body.spec : undefined;
  if (typeof spec !== 'object' || spec === null) throw new Refusal(400, 'spec: Required value');
  return spec;
}
