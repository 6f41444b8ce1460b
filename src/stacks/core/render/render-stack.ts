import { findKind } from '../find-kind.js';
import { refOf, type ManifestObject } from '../manifest-object.js';
import type { RenderedStack } from '../rendered-stack.js';
import { holds } from './holds.js';
import { imageThrough } from './image-through.js';
import { renameReferences, type NameOf } from './rename-references.js';
import { removeAt, setAt } from './set-at.js';
import type { Place, SetRule, Stack } from './stack.js';
import { stampInstance } from './stamp-instance.js';

/** For which release a stack is rendered. */
export interface RenderInput {
  /** The release's name, a DNS label of at most 40 characters. */
  readonly release: string;
  readonly namespace: string;
  /** As the stack's schema wants them, with defaults filled in; secret parameters are not looked at. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** `Deployment/web` */
export const objectId = ({ kind, metadata }: Pick<ManifestObject, 'kind' | 'metadata'>): string =>
  `${kind}/${metadata.name}`;

/** Kinds whose names say what they define. */
const NAMED_BY_CONTENT = new Set(['APIService', 'CustomResourceDefinition', 'Namespace']);

/**
 * The objects of a stack for one release. Values are set in parsed documents, never in text, so whatever a value holds it stays one value. In this order: objects
 * and fields whose conditions do not hold go; names become `<release>-<name>`, with all references to them, and every object without a namespace gets the
 * release's; the labels `app.kubernetes.io/instance` get the release's name; then values are set.
 */
export function renderStack(stack: Stack, input: RenderInput): RenderedStack {
  const absent = stack.when.filter(({ condition }) => !holds(condition, input.parameters));
  const gone = new Set(absent.flatMap(({ objects }) => objects));
  const removed = absent.flatMap(({ fields }) => fields);
  const withoutSecrets = new Set(absent.flatMap(({ secrets }) => secrets));
  const nameOf = namesOf(stack, input.release);
  const values = stack.sets.flatMap((rule) => placedValues(rule, input, nameOf));
  const objects = stack.documents
    .filter((document) => !gone.has(objectId(document)))
    .map((document) => {
      const id = objectId(document);
      const isOfIt = ({ object }: Place): boolean => object === id;
      const cut = removed.filter(isOfIt);
      const bare = cut.reduce<unknown>((node, { steps }) => removeAt(node, steps), document);
      const own = named(bare as ManifestObject, stack, input, nameOf);
      return values
        .filter(({ place }) => isOfIt(place) && !cut.some(({ path }) => isUnder(place.path, path)))
        .reduce<unknown>((node, { place, value }) => setAt(node, place.steps, value), own) as ManifestObject;
    });
  return {
    stack: stack.name,
    version: stack.version,
    objects,
    secrets: stack.secrets
      .filter(({ parameter }) => !withoutSecrets.has(parameter))
      .map((key) => ({ ...key, secret: nameOf('Secret', key.secret) ?? key.secret })),
    notes: stack.notes.replaceAll('{release}', input.release).replaceAll('{namespace}', input.namespace),
  };
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

interface PlacedValue {
  readonly place: Place;
  readonly value: unknown;
}

function placedValues(rule: SetRule, input: RenderInput, nameOf: NameOf): PlacedValue[] {
  const value = valueOf(rule, input, nameOf);
  return value === undefined ? [] : rule.at.map((place) => ({ place, value }));
}

function valueOf({ source, form }: SetRule, { release, namespace, parameters }: RenderInput, nameOf: NameOf): unknown {
  if ('nameOf' in source) {
    const [kind = '', name = ''] = source.nameOf.split('/');
    return nameOf(kind, name);
  }
  if ('value' in source) return source.value === 'release' ? release : namespace;
  const value = parameters[source.parameter];
  return value === undefined ? undefined : inForm(value, form, parameters);
}

function inForm(value: unknown, form: SetRule['form'], parameters: Readonly<Record<string, unknown>>): unknown {
  if (form === 'text') return String(value);
  if (form === 'image') return imageThrough(String(value), parameters['imageRegistry'] as string | undefined);
  if (form === 'names') return (value as readonly string[]).map((name) => ({ name }));
  return value;
}

function isUnder(path: string, removed: string): boolean {
  return path === removed || path.startsWith(`${removed}/`) || path.startsWith(`${removed}[`);
}
