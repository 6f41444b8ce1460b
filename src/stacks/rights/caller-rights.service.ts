import { Injectable } from '@nestjs/common';
import type { Caller, KubernetesUser } from '../../auth/caller.js';
import { includesRole } from '../../auth/core/may-call.js';
import { KubernetesAccess } from '../../auth/kubernetes-access.js';
import type { AccessAttributes } from '../../auth/kubernetes-authority.port.js';
import { mapLimited } from '../../auth/map-limited.js';
import { ProblemError } from '../../platform/errors.js';
import { groupOf, refOf, refText, type ManifestObject, type ObjectRef } from '../core/manifest-object.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { isRbac, needsAdmin } from './core/needs-admin.js';

const REVIEWS_AT_ONCE = 8;
/** Reasons that one answer names. */
const MOST_REASONS = 10;

/** What a caller is about to do to the cluster through Quartermaster. */
export interface Intent {
  /** Objects that are to be applied (or compared, for which the same is asked). */
  readonly apply: readonly ManifestObject[];
  /** Objects that are to go. */
  readonly remove: readonly ObjectRef[];
}

/**
 * Whose rights a deployment is held against: the caller's, never Quartermaster's own, which are wider. Own tokens by their role; a Kubernetes user object by object, as it; whoever is limited to
 * namespaces stays in them.
 */
@Injectable()
export class CallerRights {
  constructor(
    private readonly access: KubernetesAccess,
    private readonly objects: ClusterObjects,
  ) {}

  /** @throws ProblemError FORBIDDEN with the objects at fault; UNAVAILABLE when the API server cannot be asked about a user */
  async check(caller: Caller, intent: Intent): Promise<void> {
    const reasons = [...outside(caller, intent), ...(await this.#reasons(caller, intent))];
    if (reasons.length === 0) return;
    const shown = reasons.slice(0, MOST_REASONS).join('; ');
    const more = reasons.length > MOST_REASONS ? `; and ${reasons.length - MOST_REASONS} more` : '';
    throw new ProblemError('FORBIDDEN', `This caller may not do that: ${shown}${more}.`);
  }

  async #reasons(caller: Caller, { apply, remove }: Intent): Promise<readonly string[]> {
    if (caller.user) return this.#ofUser(caller.user, apply, remove);
    if (caller.role !== undefined && includesRole(caller.role, 'admin') && !caller.namespaces) return [];
    const removed = remove.map(({ apiVersion, kind, ...metadata }) => ({ apiVersion, kind, metadata }));
    const namespaced = await this.#namespaced([...apply, ...removed]);
    return needsAdmin([...apply, ...removed], namespaced).map((reason) => `${reason}, which takes an admin`);
  }

  async #ofUser(
    user: KubernetesUser,
    apply: readonly ManifestObject[],
    remove: readonly ObjectRef[],
  ): Promise<readonly string[]> {
    const rbac = [...apply.map(refOf), ...remove].filter(isRbac).map(refText);
    if (rbac.length > 0) return rbac.map((name) => `${name} grants rights, which Kubernetes users do not deploy`);
    const asked = [
      ...apply.flatMap((object) => ['create', 'patch'].map((verb) => ({ ref: refOf(object), verb }))),
      ...remove.map((ref) => ({ ref, verb: 'delete' })),
    ];
    const answers = await mapLimited(asked, REVIEWS_AT_ONCE, ({ ref, verb }) => this.#allows(user, ref, verb));
    return asked
      .filter((_, index) => !answers[index])
      .map(({ ref, verb }) => `${user.username} may not ${verb} ${refText(ref)}`);
  }

  /** A kind that is not served yet is reviewed by its usual plural: nobody is given what cannot be asked about. */
  async #allows(
    user: KubernetesUser,
    { apiVersion, kind, namespace, name }: ObjectRef,
    verb: string,
  ): Promise<boolean> {
    const served = await this.objects.kindOf(apiVersion, kind);
    const attributes: AccessAttributes = {
      group: groupOf(apiVersion),
      resource: served?.plural ?? `${kind.toLowerCase()}s`,
      verb,
      ...(served?.isNamespaced !== false && namespace !== undefined ? { namespace } : {}),
      name,
    };
    return this.access.allows(user, attributes);
  }

  /** Kinds that are not served yet are of the whole cluster, as far as rights go. */
  async #namespaced(objects: readonly ManifestObject[]): Promise<(object: ManifestObject) => boolean> {
    const known = new Map<string, boolean>();
    for (const { apiVersion, kind } of objects) {
      const key = `${apiVersion}/${kind}`;
      if (!known.has(key)) known.set(key, (await this.objects.kindOf(apiVersion, kind))?.isNamespaced ?? false);
    }
    return ({ apiVersion, kind }) => known.get(`${apiVersion}/${kind}`) ?? false;
  }
}

function outside({ namespaces }: Caller, { apply, remove }: Intent): string[] {
  if (!namespaces) return [];
  return [...apply.map(refOf), ...remove]
    .filter(({ namespace }) => namespace === undefined || !namespaces.includes(namespace))
    .map((ref) => `${refText(ref)} is outside of the caller's namespaces`);
}
