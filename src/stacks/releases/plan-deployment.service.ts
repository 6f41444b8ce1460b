import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { Clock } from '../../platform/clock.js';
import { ProblemError } from '../../platform/errors.js';
import { isKept } from '../core/is-kept.js';
import { refKey, type ManifestObject, type ObjectRef } from '../core/manifest-object.js';
import { readText } from '../core/read-field.js';
import { StackCatalogues } from '../fetched/stack-catalogues.service.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { CallerRights } from '../rights/caller-rights.service.js';
import type { SetOwner } from './apply-set.js';
import { membersOf, refsOf } from './carry-out-revision.service.js';
import { findNamespace } from './find-namespace.js';
import { namespaceToMake } from './namespace-to-make.js';
import type { NewRevision, ReleaseRevision } from './release-records.port.js';
import type { GivenSecrets } from './release-secrets.service.js';

/** A deployment as it was asked for, rendered, with the caller's rights held against it. */
export interface DeploymentPlan {
  readonly release: SetOwner;
  readonly revision: NewRevision;
  readonly members: readonly ManifestObject[];
  /** Values of secret parameters that the caller gave. */
  readonly given: GivenSecrets;
  /** Objects of the present revision that are not in this one and go. */
  readonly leaving: readonly ObjectRef[];
  /** The namespace, when there is none and it is made for the release. */
  readonly namespace?: ManifestObject;
}

/** What a plan is made of beside its release. */
export type PlanSource =
  | { readonly stack: string; readonly parameters: Readonly<Record<string, unknown>> }
  /** A revision whose objects are to be deployed again. */
  | { readonly copyOf: ReleaseRevision };

const NONE_GIVEN: GivenSecrets = new Map();

/** What a plan is made in. */
export interface PlanContext {
  /** What is deployed now. */
  readonly present?: ReleaseRevision | undefined;
  /** Objects may be deleted to be made anew, which takes the right to delete them. */
  readonly replaces?: boolean;
}

/** Renders what is to be deployed, and refuses what the caller may not. Nothing is changed. */
@Injectable()
export class PlanDeployment {
  constructor(
    private readonly catalogues: StackCatalogues,
    private readonly rights: CallerRights,
    private readonly objects: ClusterObjects,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws ProblemError INVALID_INPUT with pointers under `/parameters`, NOT_FOUND, FORBIDDEN, UNPROCESSABLE; errors of the cluster
   */
  async plan(
    release: SetOwner,
    source: PlanSource,
    caller: Caller,
    { present, replaces = false }: PlanContext = {},
  ): Promise<DeploymentPlan> {
    const { given, ...contents } =
      'copyOf' in source ? { ...copied(source.copyOf), given: NONE_GIVEN } : await this.#rendered(release, source);
    const revision = { ...contents, by: caller.name, atMs: this.clock.now() };
    const members = membersOf(release, revision);
    const refs = refsOf(release, revision);
    const wanted = new Set(refs.map(refKey));
    const leaving = (present ? refsOf(release, present) : []).filter((ref) => !wanted.has(refKey(ref)) && !isKept(ref));
    const namespace = await this.#missingNamespace(release, members);
    const secrets = refs
      .slice(members.length)
      .map(({ apiVersion, kind, ...metadata }) => ({ apiVersion, kind, metadata }));
    await this.rights.check(caller, {
      apply: [...members, ...secrets, ...(namespace ? [namespace] : [])],
      remove: replaces ? [...leaving, ...refs.filter((ref) => !isKept(ref))] : leaving,
    });
    return { release, revision, members, given, leaving, ...(namespace ? { namespace } : {}) };
  }

  /** All of it by one catalogue: a stack may be replaced meanwhile. */
  async #rendered(
    { name, namespace }: SetOwner,
    { stack, parameters }: Extract<PlanSource, { stack: string }>,
  ): Promise<Omit<NewRevision, 'by' | 'atMs'> & { readonly given: GivenSecrets }> {
    const catalogue = await this.catalogues.now();
    const { version, objects, secrets, notes } = catalogue.render(stack, { release: name, namespace, parameters });
    const kept = catalogue.parametersOf(stack, parameters);
    const given = catalogue.secretValues(stack, parameters);
    return { stack, version, parameters: kept, objects, secrets, notes, given };
  }

  /** @throws ProblemError UNPROCESSABLE when the namespace is being deleted */
  async #missingNamespace(release: SetOwner, members: readonly ManifestObject[]): Promise<ManifestObject | undefined> {
    const live = await findNamespace(this.objects, release.namespace);
    if (readText(live, 'metadata', 'deletionTimestamp') !== '')
      throw new ProblemError(
        'UNPROCESSABLE',
        `The namespace ${release.namespace} is being deleted: wait until it is gone.`,
      );
    return namespaceToMake(live, release, members);
  }
}

function copied({
  number,
  stack,
  version,
  parameters,
  objects,
  secrets,
  notes,
}: ReleaseRevision): Omit<NewRevision, 'by' | 'atMs'> {
  return { copyOf: number, stack, version, parameters, objects, secrets, notes };
}
