import type { ApiRequest, ApiTarget } from './api-request.js';
import { type Collection, fullJson, type ObjectStore, type StoredObject } from './object-store.js';
import { apiVersionOf } from './resources.js';
import { parseFieldSelector, parseLabelSelector, type Selectable, type Selector, SelectorError } from './selectors.js';
import { Refusal } from './status.js';

const GONE = 'The provided continue parameter is too old to display a consistent list result.';

/** Where the next page begins: after `key`, of the list that was begun at `version`. */
interface Continuation {
  readonly version: number;
  readonly key: string;
}

/** The list that a request asks for, as JSON; a page of it with `limit`. Throws `Refusal` for a bad selector (400) or a page that came too late (410). */
export function listAnswer(store: ObjectStore, request: ApiRequest, target: ApiTarget, isPartial: boolean): string {
  const collection = store.collection(target.resource.plural);
  const limit = Number(request.query.get('limit') ?? 0);
  const continued = readContinuation(request.query.get('continue'));
  if (continued && collection.isExpired(continued.version)) throw new Refusal(410, GONE);
  const version = continued?.version ?? store.resourceVersion;
  const selects = selectorOf(request, target);
  const items: StoredObject[] = [];
  let next: Continuation | undefined;
  let remaining = 0;
  for (const object of after(collection, continued?.key)) {
    if (!selects(object)) continue;
    if (limit > 0 && items.length === limit) {
      next ??= { version, key: items.at(-1)?.key ?? '' };
      remaining++;
    } else items.push(object);
  }
  const metadata = {
    resourceVersion: String(version),
    ...(next
      ? { continue: Buffer.from(JSON.stringify(next)).toString('base64url'), remainingItemCount: remaining }
      : {}),
  };
  const { resource } = target;
  const [kind, apiVersion] = isPartial
    ? ['PartialObjectMetadataList', 'meta.k8s.io/v1']
    : [`${resource.kind}List`, apiVersionOf(resource)];
  const rows = isPartial ? items.map(partialJson) : items.map((object) => object.json);
  return `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${rows.join(',')}]}`;
}

/** One object as JSON; throws `Refusal` (404). */
export function objectAnswer(store: ObjectStore, target: ApiTarget): string {
  const key = target.namespace === '' ? target.name : `${target.namespace}/${target.name}`;
  const object = store.collection(target.resource.plural).objects.get(key);
  if (!object) {
    const { plural, group } = target.resource;
    const message = `${group === '' ? plural : `${plural}.${group}`} "${target.name}" not found`;
    throw new Refusal(404, message, { details: { name: target.name, group, kind: plural } });
  }
  return fullJson(target.resource, object);
}

/** The request's selectors and namespace as one test. Throws `Refusal` (400). */
export function selectorOf(request: ApiRequest, target: ApiTarget): Selector {
  try {
    const labels = parseLabelSelector(request.query.get('labelSelector') ?? '');
    const fields = parseFieldSelector(request.query.get('fieldSelector') ?? '');
    const { namespace } = target;
    return (object: Selectable) =>
      (namespace === '' || object.fields['metadata.namespace'] === namespace) && fields(object) && labels(object);
  } catch (error) {
    if (error instanceof SelectorError) throw new Refusal(400, error.message);
    throw error;
  }
}

/** The object's metadata alone. */
export function partialJson(object: StoredObject): string {
  const { metadata } = JSON.parse(object.json) as { metadata: object };
  return JSON.stringify({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata });
}

function* after(collection: Collection, key: string | undefined): Generator<StoredObject> {
  const objects = collection.inOrder();
  let low = 0;
  let high = key === undefined ? 0 : objects.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((objects[middle]?.key ?? '') <= (key ?? '')) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < objects.length; index++) yield objects[index] as StoredObject;
}

function readContinuation(text: string | null): Continuation | undefined {
  if (!text) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Continuation;
  } catch {
    throw new Refusal(400, 'continue key is not valid');
  }
}
