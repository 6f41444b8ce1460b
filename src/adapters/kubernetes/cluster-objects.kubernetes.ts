import { groupOf, type ManifestObject, type ObjectRef, refOf, refText } from '../../stacks/core/manifest-object.js';
import { ObjectRefusedError } from '../../stacks/objects/cluster-objects.errors.js';
import {
  type ApplyOptions,
  ClusterObjects,
  type ObjectSelection,
  type OwnAttempt,
  type ServedKind,
} from '../../stacks/objects/cluster-objects.port.js';
import { hideValues } from './hide-values.js';
import type { KubernetesApi } from './kubernetes-api.js';
import { KubernetesApiError, KubernetesUnreachableError } from './kubernetes-api-error.js';
import { refusalOf } from './refusal-of.js';
import { groupPath, ServedKinds } from './served-kinds.js';

interface ObjectList {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly ManifestObject[];
}

const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const PAGE = 500;
const MAX_OBJECTS = 10_000;
/** A list whose pages came too late (410) begins anew, so often. */
const MAX_LISTS = 3;
const PROXY_TIMEOUT_MS = 5_000;
const PROXY_MAX_BYTES = 1024 * 1024;
/** What the API server's proxy itself says when no pod answers. */
const UNANSWERED = ['ServiceUnavailable', 'BadGateway', 'Timeout', 'InternalError'];

/** Objects over the Kubernetes API: server-side apply (`application/apply-patch+yaml`), deletion in the foreground, discovery, SelfSubjectAccessReview and the proxy of Services. */
export class KubernetesClusterObjects extends ClusterObjects {
  private readonly kinds: ServedKinds;

  constructor(
    private readonly api: Pick<KubernetesApi, 'getJson' | 'getBytes' | 'postJson' | 'applyJson' | 'deleteJson'>,
    nowMs: () => number,
  ) {
    super();
    this.kinds = new ServedKinds(api, nowMs);
  }

  override async kindOf(apiVersion: string, kind: string): Promise<ServedKind | undefined> {
    return asked(this.kinds.find(apiVersion, kind));
  }

  override async get(ref: ObjectRef): Promise<ManifestObject | undefined> {
    const { apiVersion } = ref;
    const kind =
      (await this.kindOf(apiVersion, ref.kind)) ?? (await asked(this.kinds.findInOtherVersion(apiVersion, ref.kind)));
    if (!kind) return undefined;
    return asked(unlessMissing(this.api.getJson(objectPath(kind, ref)))) as Promise<ManifestObject | undefined>;
  }

  override async list(selection: ObjectSelection): Promise<readonly ManifestObject[]> {
    const kind = await this.kindOf(selection.apiVersion, selection.kind);
    if (!kind) return [];
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.pages(kind, selection);
      } catch (error) {
        const isExpired = error instanceof KubernetesApiError && error.status === 410;
        if (!isExpired || attempt === MAX_LISTS) throw refusalOf(error);
      }
    }
  }

  override async apply(object: ManifestObject, options: ApplyOptions): Promise<ManifestObject> {
    const { fieldManager, subresource, force, dryRun, signal } = options;
    const ref = refOf(object);
    const kind = await this.kindOf(ref.apiVersion, ref.kind);
    if (!kind) throw notServed(ref);
    const query = {
      fieldManager,
      force: force === true ? true : undefined,
      dryRun: dryRun === true ? 'All' : undefined,
      fieldValidation: 'Strict',
    };
    const path = subresource === undefined ? objectPath(kind, ref) : `${objectPath(kind, ref)}/${subresource}`;
    const applied = this.api.applyJson(path, object, { query, signal });
    try {
      return (await asked(applied)) as ManifestObject;
    } catch (error) {
      throw hideValues(error, object);
    }
  }

  override async delete(ref: ObjectRef, uid: string | undefined): Promise<boolean> {
    const kind = await this.kindOf(ref.apiVersion, ref.kind);
    if (!kind) return false;
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Foreground',
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    };
    const deleted = this.api.deleteJson(objectPath(kind, ref), options, { repeatable: uid !== undefined });
    return (await asked(unlessMissing(deleted))) !== undefined;
  }

  override async mayI(attempt: OwnAttempt): Promise<boolean> {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: attempt },
    };
    const answer = await asked(this.api.postJson(ACCESS_REVIEWS, review, { repeatable: true }));
    return (answer as { status?: { allowed?: boolean } }).status?.allowed === true;
  }

  override async statusOf(
    namespace: string,
    service: string,
    port: string | number,
    path: string,
  ): Promise<number | undefined> {
    const name = encodeURIComponent(`${service}:${port}`);
    const proxy = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${name}/proxy`;
    try {
      const options = { timeoutMs: PROXY_TIMEOUT_MS, maxBodyBytes: PROXY_MAX_BYTES };
      await this.api.getBytes(`${proxy}${path.startsWith('/') ? '' : '/'}${path}`, options);
      return 200;
    } catch (error) {
      if (error instanceof KubernetesUnreachableError && error.code === 'TIMEOUT') return undefined;
      if (!(error instanceof KubernetesApiError)) throw refusalOf(error);
      if (error.status === 403 && error.message.includes('services/proxy')) throw refusalOf(error);
      return UNANSWERED.includes(error.reason) || error.details.kind === 'services' ? undefined : error.status;
    }
  }

  /** @throws what the API's calls reject with, ObjectRefusedError when there are too many */
  private async pages(kind: ServedKind, selection: ObjectSelection): Promise<readonly ManifestObject[]> {
    const { apiVersion, namespace, labelSelector, fieldSelector } = selection;
    const path = collectionPath(kind, namespace);
    const found: ManifestObject[] = [];
    let next: string | undefined;
    do {
      const query = { limit: PAGE, continue: next, labelSelector, fieldSelector };
      const { metadata, items = [] } = (await this.api.getJson(path, { query })) as ObjectList;
      for (const item of items) found.push({ ...item, apiVersion, kind: kind.kind });
      if (found.length > MAX_OBJECTS)
        throw new ObjectRefusedError(`There are more than ${MAX_OBJECTS} objects of ${kind.plural}`, 200, 'too-many');
      next = metadata?.continue || undefined;
    } while (next !== undefined);
    return found.sort(byName);
  }
}

function collectionPath({ apiVersion, plural, isNamespaced }: ServedKind, namespace: string | undefined): string {
  const scope = isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${groupPath(apiVersion)}${scope}/${plural}`;
}

function objectPath(kind: ServedKind, ref: ObjectRef): string {
  if (kind.isNamespaced && ref.namespace === undefined)
    throw new ObjectRefusedError(`${refText(ref)} needs a namespace`, 400, 'invalid', ['metadata.namespace']);
  return `${collectionPath(kind, ref.namespace)}/${encodeURIComponent(ref.name)}`;
}

function notServed(ref: ObjectRef): ObjectRefusedError {
  const group = groupOf(ref.apiVersion) || 'the core group';
  return new ObjectRefusedError(
    `${refText(ref)}: the cluster serves no ${ref.kind} in ${ref.apiVersion} (${group})`,
    404,
    'not-served',
  );
}

async function asked<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw refusalOf(error);
  }
}

async function unlessMissing(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof KubernetesApiError && error.status === 404) return undefined;
    throw error;
  }
}

function byName(a: ManifestObject, b: ManifestObject): number {
  const key = ({ metadata }: ManifestObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
  return key(a) < key(b) ? -1 : 1;
}
