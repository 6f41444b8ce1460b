import { findKind } from '../core/find-kind.js';
import type { ManifestObject } from '../core/manifest-object.js';
import { objectId } from '../core/render/render-stack.js';
import { hasItem } from '../core/render/set-at.js';
import type { Place, Stack } from '../core/render/stack.js';
import { INSTANCE_LABEL } from '../core/render/stamp-instance.js';
import { ParameterCheck } from './parameter-check.js';
import { StackError } from './stack-error.js';

/**
 * Whether a stack's parts fit each other: so that rendering can only fail by its parameters.
 *
 * @throws StackError
 */
export function checkStack(stack: Stack): void {
  ParameterCheck.of(stack);
  checkDocuments(stack);
  checkSecrets(stack);
  const names = new Set(Object.keys(stack.parameters['properties'] ?? {}));
  const secrets = new Set(stack.secrets.map(({ parameter }) => parameter));
  for (const { source, form, at } of stack.sets) {
    if ('parameter' in source) known(names, source.parameter);
    if ('parameter' in source && secrets.has(source.parameter))
      throw new StackError(`sets: ${source.parameter} is secret and cannot be set in an object; refer to its Secret`);
    if (form !== 'value' && !('parameter' in source)) throw new StackError(`sets: as: ${form} needs a parameter`);
    if ('nameOf' in source) checkName(stack, source.nameOf);
    if ('digestOf' in source) documentOf(stack, source.digestOf);
    at.forEach((place) => checkPlace(stack, place));
  }
  for (const { condition, objects, fields, secrets: held } of stack.when) {
    known(names, condition.parameter);
    objects.forEach((id) => documentOf(stack, id));
    fields.forEach((place) => checkPlace(stack, place));
    held.forEach((secret) => known(secrets, secret));
  }
  [...stack.keepsName, ...stack.podSecurity.map(({ object }) => object)].forEach((id) => documentOf(stack, id));
}

function known(names: ReadonlySet<string>, name: string): void {
  if (!names.has(name))
    throw new StackError(`stack.yaml: there is no parameter ${name}; known are ${[...names].join(', ')}`);
}

function checkDocuments({ documents, kinds, scope }: Stack): void {
  const seen = new Set<string>();
  for (const document of documents) {
    const id = objectId(document);
    if (seen.has(id)) throw new StackError(`files: ${id} stands twice`);
    seen.add(id);
    const kind = findKind(kinds, document);
    if (!kind)
      throw new StackError(
        `files: ${document.apiVersion} ${document.kind} is not known; name it in needs.kinds with plural and scope`,
      );
    if (!kind.isNamespaced && scope === 'namespaced')
      throw new StackError(`stack.yaml: scope must be cluster: ${id} stands in no namespace`);
    if (document.kind === 'Secret')
      throw new StackError(`files: ${id}: secrets come from secret parameters, not from files`);
    if (document.kind.endsWith('RoleBinding')) checkBinding(document, documents);
    checkSelector(document, documents);
  }
}

/** What a binding to a foreign role gives cannot be known, and Quartermaster has no right to bind it. */
function checkBinding(document: ManifestObject, documents: readonly ManifestObject[]): void {
  const { kind, name } = (document['roleRef'] ?? {}) as { readonly kind?: unknown; readonly name?: unknown };
  if (!documents.some((other) => objectId(other) === `${String(kind)}/${String(name)}`))
    throw new StackError(`files: ${objectId(document)}: roleRef must name a role of this stack`);
}

/** Two releases of one stack in one namespace must not select each other's pods. A Service of a stack without workloads selects others' pods. */
function checkSelector(document: ManifestObject, documents: readonly ManifestObject[]): void {
  const spec = document['spec'] as { readonly selector?: { readonly matchLabels?: object } } | undefined;
  const selects = isWorkload(document) ? spec?.selector?.matchLabels : spec?.selector;
  const isService = document.kind === 'Service' && selects !== undefined && documents.some(isWorkload);
  if ((isWorkload(document) || isService) && !Object.hasOwn(selects ?? {}, INSTANCE_LABEL))
    throw new StackError(`files: ${objectId(document)}: its selector must have the label ${INSTANCE_LABEL}`);
}

const isWorkload = ({ apiVersion }: ManifestObject): boolean => apiVersion === 'apps/v1';

function checkSecrets({ secrets, parameters }: Stack): void {
  const properties = (parameters['properties'] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const required = (parameters['required'] ?? []) as readonly string[];
  const declared = new Set(secrets.map(({ parameter }) => parameter));
  for (const [name, schema] of Object.entries(properties)) {
    if ((schema['writeOnly'] === true) !== declared.has(name))
      throw new StackError(`parameters: ${name} must stand in secrets and be writeOnly, or neither`);
  }
  for (const name of declared) {
    const schema = properties[name];
    if (schema?.['type'] !== 'string' || 'default' in schema || required.includes(name))
      throw new StackError(`secrets: ${name} must be a parameter of type string, without default and not required`);
  }
}

function checkName({ documents, secrets }: Stack, id: string): void {
  if (
    !documents.some((document) => objectId(document) === id) &&
    !secrets.some(({ secret }) => `Secret/${secret}` === id)
  )
    throw new StackError(`stack.yaml: there is no object ${id}`);
}

function documentOf({ documents }: Stack, id: string): ManifestObject {
  const found = documents.find((document) => objectId(document) === id);
  if (!found) throw new StackError(`stack.yaml: there is no object ${id}`);
  return found;
}

function checkPlace(stack: Stack, { object, path, steps }: Place): void {
  if (!hasItem(documentOf(stack, object), steps)) throw new StackError(`stack.yaml: ${object} has no ${path}`);
}
