import { z } from 'zod';
import { BUILT_IN_KINDS } from '../core/built-in-kinds.js';
import type { KnownKind } from '../core/known-kind.js';
import type { ManifestObject } from '../core/manifest-object.js';
import { parsePath } from '../core/render/parse-path.js';
import { objectId } from '../core/render/render-stack.js';
import { hasItem, setAt } from '../core/render/set-at.js';
import type { Condition, Place, SetRule, SetSource, Stack, WhenRule } from '../core/render/stack.js';
import { checkStack } from './check-stack.js';
import { parseYaml } from './parse-yaml.js';
import { StackError } from './stack-error.js';
import type { StackFiles } from './stack-files.js';
import { StackFile } from './stack-file.schema.js';
import type { StackLimits } from './stack-limits.js';

const Manifest = z.looseObject({
  apiVersion: z.string().min(1).max(200),
  kind: z.string().regex(/^[A-Za-z]{1,63}$/),
  metadata: z.looseObject({
    name: z.string().regex(/^[a-z0-9]([a-z0-9.:-]{0,251}[a-z0-9])?$/),
    namespace: z.string().min(1).max(63).optional(),
  }),
});

/**
 * Reads a stack from its files and checks it as a whole.
 *
 * @throws StackError that names the file, the field and what is wrong
 */
export async function loadStack(
  files: StackFiles,
  { stackMaxObjects: most }: Pick<StackLimits, 'stackMaxObjects'>,
): Promise<Stack> {
  const file = parseStackFile(await files.read('stack.yaml'));
  const documents: ManifestObject[] = [];
  for (const name of file.files) documents.push(...parseManifests(name, await files.read(name), most));
  if (documents.length > most) throw new StackError(`files: a stack may have ${most} objects (STACK_MAX_OBJECTS)`);
  for (const { file: name, ...place } of file.texts) putText(documents, toPlace(place), await files.read(name));
  const stack = toStack(file, documents);
  checkStack(stack);
  return stack;
}

function parseStackFile(text: string): StackFile {
  const [value, ...others] = parseYaml('stack.yaml', text, 2);
  if (others.length > 0) throw new StackError('stack.yaml: has more than one document');
  return parsed('stack.yaml', StackFile, value);
}

function parseManifests(name: string, text: string, most: number): ManifestObject[] {
  return parseYaml(name, text, most).map(
    (value, index) => parsed(`${name}, document ${index + 1}`, Manifest, value) as ManifestObject,
  );
}

function parsed<Schema extends z.ZodType>(where: string, schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new StackError(`${where}: /${(issue?.path ?? []).map(String).join('/')} ${issue?.message ?? 'is not valid'}`);
}

/** Puts the content of a file into an object: a dashboard into a ConfigMap. */
function putText(documents: ManifestObject[], { object, path, steps }: Place, text: string): void {
  const index = documents.findIndex((document) => objectId(document) === object);
  if (index < 0 || !hasItem(documents[index], steps)) throw new StackError(`texts: there is no ${object} ${path}`);
  documents[index] = setAt(documents[index], steps, text) as ManifestObject;
}

function toPlace({ object, path }: { readonly object: string; readonly path: string }): Place {
  const steps = parsePath(path);
  if ('problem' in steps) throw new StackError(`stack.yaml: the path ${path} ${steps.problem}`);
  return { object, path, steps };
}

function toStack(file: StackFile, documents: readonly ManifestObject[]): Stack {
  const { experimental, secrets, needs, files: _, texts: __, apiVersion: ___, kind: ____, ...same } = file;
  const { kubernetes, ...otherNeeds } = needs;
  const brought = needs.kinds.map(({ scope, ...kind }) => ({ ...kind, isNamespaced: scope === 'namespaced' }));
  return {
    ...same,
    isExperimental: experimental,
    needs: { ...otherNeeds, kinds: brought, ...(kubernetes === undefined ? {} : { kubernetes }) },
    sets: file.sets.map(toSetRule),
    when: file.when.map(toWhenRule),
    secrets: secrets.map(({ generatedLength, ...key }) => ({
      ...key,
      ...(generatedLength === undefined ? {} : { generatedLength }),
    })),
    kinds: [...BUILT_IN_KINDS, ...brought, ...documents.flatMap(definedBy)],
    documents,
  };
}

function toSetRule({ as, at, ...from }: StackFile['sets'][number]): SetRule {
  return { source: toSource(from), form: as, at: at.map(toPlace) };
}

function toSource({ parameter, value, nameOf, digestOf }: Omit<StackFile['sets'][number], 'as' | 'at'>): SetSource {
  if (parameter !== undefined) return { parameter };
  if (value !== undefined) return { value };
  return digestOf === undefined ? { nameOf: nameOf ?? '' } : { digestOf };
}

function toWhenRule({ objects, fields, secrets, ...test }: StackFile['when'][number]): WhenRule {
  return { condition: toCondition(test), objects, fields: fields.map(toPlace), secrets };
}

function toCondition(test: Pick<StackFile['when'][number], 'parameter' | 'is' | 'isNot' | 'isSet'>): Condition {
  const { parameter, is, isNot, isSet = true } = test;
  if (is) return { parameter, is };
  return isNot ? { parameter, isNot } : { parameter, isSet };
}

const Definition = z.looseObject({
  spec: z.looseObject({
    group: z.string(),
    scope: z.enum(['Namespaced', 'Cluster']),
    names: z.looseObject({ kind: z.string(), plural: z.string() }),
    versions: z.array(z.looseObject({ name: z.string() })),
  }),
});

/** The kinds that a CustomResourceDefinition of the stack brings. */
function definedBy(document: ManifestObject): KnownKind[] {
  if (document.kind !== 'CustomResourceDefinition') return [];
  const { group, scope, names, versions } = parsed(objectId(document), Definition, document).spec;
  return versions.map(({ name }) => ({
    apiVersion: `${group}/${name}`,
    kind: names.kind,
    plural: names.plural,
    isNamespaced: scope === 'Namespaced',
  }));
}
