import { findKind } from '../find-kind.js';
import { digestOf } from './digest-of.js';
import { refOf, type ManifestObject } from '../manifest-object.js';
import type { RenderedStack } from '../rendered-stack.js';
import { holds } from './holds.js';
import { placedValues, type PlacedValue } from './placed-values.js';
import type { RenderInput } from './render-input.js';
import { renameReferences, type NameOf } from './rename-references.js';
import { removeAt, setAt } from './set-at.js';
import type { Place, Stack } from './stack.js';
import { stampInstance } from './stamp-instance.js';

/** `Deployment/web` */
export const objectId = ({ kind, metadata }: Pick<ManifestObject, 'kind' | 'metadata'>): string =>
  `${kind}/${metadata.name}`;

/** Kinds whose names say what they define. */
const NAMED_BY_CONTENT = new Set(['APIService', 'CustomResourceDefinition', 'Namespace']);

/**
 * The objects of a stack for one release. Values are set in parsed documents, never in text, so whatever a value holds it stays one value. In this order: objects
 * and fields whose conditions do not hold go; names become `<release>-<name>`, with all references to them, and every object without a namespace gets the
 * release's; the labels `app.kubernetes.io/instance` get the release's name; then values are set, and last digests of what came out.
 */
export function renderStack(stack: Stack, input: RenderInput): RenderedStack {
  const absent = stack.when.filter(({ condition }) => !holds(condition, input.parameters));
  const gone = new Set(absent.flatMap(({ objects }) => objects));
  const removed = absent.flatMap(({ fields }) => fields);
  const withoutSecrets = new Set(absent.flatMap(({ secrets }) => secrets));
  const nameOf = namesOf(stack, input.release);
  const values = placedValues(stack, input, nameOf);
  const made = new Map(
    stack.documents
      .map((document) => [objectId(document), document] as const)
      .filter(([id]) => !gone.has(id))
      .map(([id, document]) => {
        const bare = removed.filter(({ object }) => object === id).reduce<unknown>(withoutPlace, document);
        return [id, setIn(id, named(bare as ManifestObject, stack, input, nameOf), values, removed)];
      }),
  );
  const digests = digestsIn(stack, made);
  return {
    stack: stack.name,
    version: stack.version,
    objects: [...made].map(([id, object]) => setIn(id, object, digests, removed)),
    secrets: stack.secrets
      .filter(({ parameter }) => !withoutSecrets.has(parameter))
      .map((key) => ({ ...key, secret: nameOf('Secret', key.secret) ?? key.secret })),
    notes: stack.notes.replaceAll('{release}', input.release).replaceAll('{namespace}', input.namespace),
  };
}

function withoutPlace(node: unknown, { steps }: Place): unknown {
  return removeAt(node, steps);
}

/** The object with all values that are its own, but those below what was removed. */
function setIn(
  id: string,
  object: ManifestObject,
  values: readonly PlacedValue[],
  removed: readonly Place[],
): ManifestObject {
  const isGone = ({ path }: Place): boolean => removed.some((cut) => cut.object === id && isUnder(path, cut.path));
  return values
    .filter(({ place }) => place.object === id && !isGone(place))
    .reduce<unknown>((node, { place, value }) => setAt(node, place.steps, value), object) as ManifestObject;
}

function digestsIn({ sets }: Stack, made: ReadonlyMap<string, ManifestObject>): PlacedValue[] {
  return sets.flatMap(({ source, at }) => {
    const object = 'digestOf' in source ? made.get(source.digestOf) : undefined;
    return object === undefined ? [] : at.map((place) => ({ place, value: digestOf(object) }));
  });
}

function namesOf(stack: Stack, release: string): NameOf {
  const known = new Set([...stack.documents.map(objectId), ...stack.secrets.map(({ secret }) => `Secret/${secret}`)]);
  const kept = new Set(stack.keepsName);
  return (kind, name) => {
    const id = `${kind}/${name}`;
    if (!known.has(id)) return undefined;
    return kept.has(id) || NAMED_BY_CONTENT.has(kind) ? name : `${release}-${name}`;
  };
}

function named(document: ManifestObject, stack: Stack, input: RenderInput, nameOf: NameOf): ManifestObject {
  const stamped = stampInstance(renameReferences(document, nameOf, input.namespace), input.release) as ManifestObject;
  const { kind, name } = refOf(document);
  const isNamespaced = findKind(stack.kinds, document)?.isNamespaced ?? true;
  const { name: _, namespace, ...rest } = stamped.metadata;
  return {
    ...stamped,
    metadata: {
      name: nameOf(kind, name) ?? name,
      ...(isNamespaced ? { namespace: namespace ?? input.namespace } : {}),
      ...rest,
    },
  };
}

function isUnder(path: string, removed: string): boolean {
  return path === removed || path.startsWith(`${removed}/`) || path.startsWith(`${removed}[`);
}
