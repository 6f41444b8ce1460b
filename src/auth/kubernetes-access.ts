import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { ProblemError } from '../platform/errors.js';
import type { KubernetesRight } from '../platform/http/operation.js';
import { Log } from '../platform/log.js';
import type { Caller, KubernetesUser } from './core/caller.js';
import { ExpiringCache } from './expiring-cache.js';
import { KnownNamespaces } from './known-namespaces.port.js';
import {
  KubernetesAuthority,
  type AccessAttributes,
  type AccessReviewed,
  type TokenReviewed,
} from './kubernetes-authority.port.js';
import { mapLimited } from './map-limited.js';
import { hashOf } from './token-format.js';

/** What a call touches, as the operation declares it. */
export interface Touched {
  readonly area: string;
  readonly verb: string;
  readonly scope: 'cluster' | 'namespaced';
  /** What the user must be allowed besides, in the same namespaces. */
  readonly alsoNeeds?: KubernetesRight;
}

const GROUP = 'quartermaster.io';
const ALLOWED_TTL_MS = 10_000;
const DENIED_TTL_MS = 3_000;
const MAX_TOKENS = 1_000;
const MAX_REVIEWS = 10_000;
const REVIEWS_AT_ONCE = 8;
/** An API server that is away is told of so often: with hundreds of agents each call would be a warning. */
const WARN_EVERY_MS = 10_000;
/** More namespaces than this are not reviewed one by one: the caller must name one. */
const MAX_NAMESPACES = 500;

/** Whom Kubernetes knows, and what its users may do here: the API server's reviews, kept for ten seconds. */
@Injectable()
export class KubernetesAccess {
  private readonly tokens = new ExpiringCache<TokenReviewed>(MAX_TOKENS);
  private readonly reviews = new ExpiringCache<AccessReviewed>(MAX_REVIEWS);
  private warnedAtMs = -Infinity;
  private unanswered = 0;

  constructor(
    private readonly authority: KubernetesAuthority,
    private readonly namespaces: KnownNamespaces,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * The Kubernetes user of a token, or undefined when the API server does not accept it.
   * @param audience what the token must be for; absent: the API server itself
   * @throws ProblemError 503 when the API server does not answer
   */
  async userOf(token: string, audience?: string): Promise<KubernetesUser | undefined> {
    const reviewed = await this.asked('tokens', () =>
      this.tokens.getOrLoad(
        hashOf(JSON.stringify([audience, token])),
        () => this.clock.now(),
        () => this.authority.reviewToken(token, audience === undefined ? undefined : [audience]),
        ({ authenticated }) => (authenticated ? ALLOWED_TTL_MS : DENIED_TTL_MS),
      ),
    );
    if (!reviewed.authenticated) this.log.debug('The API server refused a token', { reason: reviewed.error });
    // an authenticator that knows no audiences answers without one: its word is for the API server alone
    const isMeant = audience === undefined || reviewed.audiences?.includes(audience) === true;
    return reviewed.authenticated && isMeant ? reviewed.user : undefined;
  }

  /**
   * The caller as far as this call goes: without `namespaces` when the user may do it everywhere, otherwise with those where the user may, among
   * the requested ones or, when none is named, among all. An operation of no namespace (`cluster`) is reviewed everywhere alone.
   * @throws ProblemError 503 when the API server does not answer, 403 when there are too many namespaces to ask for each
   */
  async narrow(user: KubernetesUser, touched: Touched, requested: readonly string[]): Promise<Caller> {
    const caller: Caller = { kind: 'kubernetes', name: user.username, user };
    if (await this.may(user, touched, '')) return caller;
    if (touched.scope === 'cluster') return { ...caller, namespaces: [] };
    const candidates = requested.length > 0 ? requested : await this.known();
    const allowed = await mapLimited(candidates, REVIEWS_AT_ONCE, (namespace) => this.may(user, touched, namespace));
    return { ...caller, namespaces: candidates.filter((_, index) => allowed[index]) };
  }

  private async may(user: KubernetesUser, { area, verb, alsoNeeds }: Touched, namespace: string): Promise<boolean> {
    const own = await this.has(user, { group: GROUP, resource: area, verb }, namespace);
    return own && (alsoNeeds === undefined || (await this.has(user, alsoNeeds, namespace)));
  }

  private has(user: KubernetesUser, right: KubernetesRight, namespace: string): Promise<boolean> {
    return this.allows(user, { ...right, ...(namespace === '' ? {} : { namespace }) });
  }

  /**
   * Whether the user itself may do that in the cluster: for what is done there on the user's behalf.
   * @throws ProblemError 503 when the API server does not answer
   */
  async allows(user: KubernetesUser, attributes: AccessAttributes): Promise<boolean> {
    const reviewed = await this.asked('access', () =>
      this.reviews.getOrLoad(
        hashOf(JSON.stringify([user, attributes])),
        () => this.clock.now(),
        () => this.authority.reviewAccess(user, attributes),
        ({ allowed }) => (allowed ? ALLOWED_TTL_MS : DENIED_TTL_MS),
      ),
    );
    return reviewed.allowed;
  }

  private async known(): Promise<readonly string[]> {
    const names = await this.asked('namespaces', () => this.namespaces.names());
    if (names.length > MAX_NAMESPACES) {
      throw new ProblemError('FORBIDDEN', 'This user has no rights in all namespaces: name one with `namespace`.');
    }
    return names;
  }

  private async asked<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (cause) {
      this.warn(what, cause);
      throw new ProblemError(
        'UNAVAILABLE',
        'The Kubernetes API server does not answer, so no Kubernetes token can be checked.',
        {
          cause,
        },
      );
    }
  }

  private warn(what: string, error: unknown): void {
    this.unanswered += 1;
    const nowMs = this.clock.now();
    if (nowMs - this.warnedAtMs < WARN_EVERY_MS) return;
    const { unanswered } = this;
    this.log.warn('The API server could not be asked about callers', { what, unanswered, error });
    this.warnedAtMs = nowMs;
    this.unanswered = 0;
  }
}
