import { Injectable } from '@nestjs/common';
import { mapLimited } from '../../auth/map-limited.js';
import { diffManifest } from '../core/diff-manifest.js';
import { diffObject } from '../core/diff-object.js';
import { isKept } from '../core/is-kept.js';
import { refKey, refOf, type ManifestObject } from '../core/manifest-object.js';
import { readList, readText } from '../core/read-field.js';
import { withoutFieldsOf } from '../core/without-fields-of.js';
import { ObjectConflictError, ObjectRefusedError } from '../objects/cluster-objects.errors.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { FIELD_MANAGER, ownerOf, type Membership } from './core/as-member.js';
import type { ComparedObject } from './core/compared-object.js';
import { definedKind, kindKey, neededBy } from './core/needed-by.js';
import { RESIZER } from './core/drift-of.js';
import { isPassing } from './describe-error.js';
import { findNamespace } from './find-namespace.js';
import { ResizedObjects } from './resized-objects.service.js';

/** So many calls to the API server at once. */
export const CALLS_AT_ONCE = 4;

/** An object that changes all the time is compared as it was read last. */
const MOST_READS = 5;

/** What a set of objects brings itself, and what there is of its namespaces. */
interface Surroundings {
  readonly members: readonly ManifestObject[];
  /** Kinds that its CRDs define: `group/Kind`. */
  readonly ownKinds: ReadonlySet<string>;
  readonly ownNamespaces: ReadonlySet<string>;
  readonly namespaces: ReadonlyMap<string, ManifestObject | undefined>;
  /** Keys of the workloads that resizers keep at a size. */
  readonly resized: ReadonlySet<string>;
}

type Judged = Omit<ComparedObject, 'diff'> & { readonly wouldBe?: ManifestObject | undefined };

/**
 * Asks the API server what would become of objects, without changing any: a dry run of server-side apply against what is live. It cannot see into namespaces and kinds that
 * do not exist yet, nor to roles, accounts and schemas that come with the same set: what needs those is shown as it is asked for.
 */
@Injectable()
export class CompareObjects {
  constructor(
    private readonly objects: ClusterObjects,
    private readonly resized: ResizedObjects,
  ) {}

  /**
   * The members of a release's set, in their order.
   * @param known namespaces as they were read just now; undefined: there is none. The others are read.
   * @throws ClusterUnreachableError, and ObjectRefusedError where even reading is refused
   */
  async compare(
    members: readonly ManifestObject[],
    membership: Membership,
    known: Surroundings['namespaces'] = new Map(),
  ): Promise<readonly ComparedObject[]> {
    const surroundings = await this.#surroundings(members, known);
    return mapLimited(members, CALLS_AT_ONCE, (object) => this.#compareOne(object, membership, surroundings));
  }

  async #surroundings(members: readonly ManifestObject[], known: Surroundings['namespaces']): Promise<Surroundings> {
    const ownNamespaces = new Set(members.filter(isNamespace).map(({ metadata: { name } }) => name));
    const named = [...new Set(members.flatMap(({ metadata: { namespace } }) => namespace ?? []))];
    const live = await mapLimited(named, CALLS_AT_ONCE, async (name) =>
      known.has(name) ? known.get(name) : findNamespace(this.objects, name),
    );
    return {
      members,
      resized: await this.resized.around(members),
      ownKinds: new Set(members.flatMap(definedKind)),
      ownNamespaces,
      namespaces: new Map(named.map((name, index) => [name, live[index]])),
    };
  }

  async #compareOne(
    object: ManifestObject,
    membership: Membership,
    surroundings: Surroundings,
  ): Promise<ComparedObject> {
    const isServed = await this.#isServed(object);
    const early = isServed === true ? atNamespace(object, surroundings) : isServed;
    if (early === 'later' || (early === 'absent' && surroundings.ownKinds.has(kindKey(object))))
      return { diff: diffObject(undefined, object), conflicts: [] };
    if (early !== undefined) return refused(object, early === 'absent' ? notServed(object) : early);
    const { live, wouldBe, ...judged } = await this.#judge(object, surroundings);
    const owner = live && ownerOf(live, membership);
    return {
      diff: wouldBe ? diffObject(live, wouldBe) : notTaken(object, live, judged.refusal),
      ...judged,
      ...(owner === undefined || owner === 'ours' ? {} : { owner }),
    };
  }

  /** What is there and what it would become; read again when somebody has changed it in between, for that is no difference of ours. */
  async #judge(
    object: ManifestObject,
    surroundings: Pick<Surroundings, 'members' | 'resized'>,
  ): Promise<Judged & { readonly live: ManifestObject | undefined }> {
    const isResized = surroundings.resized.has(refKey(refOf(object)));
    for (let attempt = 1; ; attempt += 1) {
      const live = await this.objects.get(refOf(object));
      if (isTerminating(live)) return { live, ...beingDeleted(live) };
      const judged = await this.#dryRun(isResized ? withoutFieldsOf(RESIZER, object, live) : object, surroundings);
      const isSame = !live || !judged.wouldBe || versionOf(live) === versionOf(judged.wouldBe);
      if (isSame || attempt === MOST_READS) return { live, ...judged };
    }
  }

  /** True when the cluster serves the kind, and in namespaces just when the object names one. */
  async #isServed(object: ManifestObject): Promise<true | 'absent' | Refusal> {
    const kind = await this.objects.kindOf(object.apiVersion, object.kind);
    if (!kind) return 'absent';
    const { namespace } = object.metadata;
    if (kind.isNamespaced === (namespace !== undefined)) return true;
    const message = kind.isNamespaced
      ? 'It must name its namespace.'
      : `It names the namespace ${namespace}, and its kind is in none.`;
    return { reason: 'invalid', message };
  }

  async #dryRun(object: ManifestObject, { members }: Pick<Surroundings, 'members'>): Promise<Judged> {
    const options = { fieldManager: FIELD_MANAGER, dryRun: true };
    try {
      return { wouldBe: await this.objects.apply(object, options), conflicts: [] };
    } catch (error) {
      if (error instanceof ObjectConflictError) return this.#forced(object, error);
      const needed = error instanceof ObjectRefusedError ? neededBy(object, error.reason, members) : [];
      return (await this.#isToCome(needed)) ? { conflicts: [] } : refusalBy(error);
    }
  }

  /** Whether one of these is not there yet, or defines a kind otherwise than now. */
  async #isToCome(needed: readonly ManifestObject[]): Promise<boolean> {
    for (const object of needed) {
      const live = await this.objects.get(refOf(object));
      if (!live) return true;
      const { wouldBe } = definedKind(object).length > 0 ? await this.#dryRun(object, { members: [] }) : {};
      if (wouldBe && diffObject(live, wouldBe).fields.some(({ path }) => path.startsWith('spec.'))) return true;
    }
    return false;
  }

  async #forced(object: ManifestObject, { conflicts }: ObjectConflictError): Promise<Judged> {
    const others = conflicts.filter(({ manager }) => manager !== RESIZER);
    try {
      const wouldBe = await this.objects.apply(object, { fieldManager: FIELD_MANAGER, dryRun: true, force: true });
      return { wouldBe, conflicts: others };
    } catch (error) {
      return { ...refusalBy(error), conflicts: others };
    }
  }
}

const versionOf = (object: ManifestObject): unknown => object.metadata['resourceVersion'];

type Refusal = NonNullable<ComparedObject['refusal']>;

function refusalBy(error: unknown): Judged {
  if (!(error instanceof ObjectRefusedError) || isPassing(error)) throw error;
  return { conflicts: [], refusal: { reason: error.reason, message: error.message } };
}

function refused(object: ManifestObject, refusal: Refusal): ComparedObject {
  return { diff: unchanged(object, undefined), conflicts: [], refusal };
}

function unchanged(object: ManifestObject, live: ManifestObject | undefined): ComparedObject['diff'] {
  return { ref: refOf(object), action: live ? 'none' : 'create', fields: [] };
}

/** Of an immutable field, and where no dry run can tell, it is shown what is asked for; of other refusals there is nothing to show. */
function notTaken(
  object: ManifestObject,
  live: ManifestObject | undefined,
  refusal: Refusal | undefined,
): ComparedObject['diff'] {
  if (!live || (refusal && refusal.reason !== 'immutable')) return unchanged(object, live);
  const fields = diffManifest(live, object);
  if (!refusal) return { ref: refOf(object), action: fields.length === 0 ? 'none' : 'change', fields };
  return { ref: refOf(object), action: isKept(object) ? 'change' : 'replace', fields };
}

function notServed({ apiVersion, kind }: ManifestObject): Refusal {
  return {
    reason: 'not-served',
    message: `The cluster does not serve ${kind} of ${apiVersion}: what brings this kind must be installed first.`,
  };
}

function atNamespace(object: ManifestObject, surroundings: Surroundings): 'later' | Refusal | undefined {
  const { namespace } = object.metadata;
  if (namespace === undefined) return undefined;
  const live = surroundings.namespaces.get(namespace);
  if (!live && surroundings.ownNamespaces.has(namespace)) return 'later';
  if (!live) return { reason: 'namespace-missing', message: `There is no namespace ${namespace}.` };
  if (!isTerminating(live)) return undefined;
  return {
    reason: 'namespace-terminating',
    message: `The namespace ${namespace} is being deleted: wait until it is gone.`,
  };
}

function beingDeleted(live: ManifestObject): Judged {
  const finalizers = readList(live, 'metadata', 'finalizers').join(', ');
  const message = `It is being deleted${finalizers === '' ? '' : ` and waits for its finalizers ${finalizers}`}.`;
  return { conflicts: [], refusal: { reason: 'terminating', message } };
}

function isTerminating(object: ManifestObject | undefined): object is ManifestObject {
  return object !== undefined && readText(object, 'metadata', 'deletionTimestamp') !== '';
}

function isNamespace({ apiVersion, kind }: ManifestObject): boolean {
  return apiVersion === 'v1' && kind === 'Namespace';
}
