import { type Document, parseAllDocuments } from 'yaml';

/** What is no YAML that is taken, in one line. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
}

/** The documents of a YAML 1.2 text, core schema: no key twice, keys are texts, no tags of its own. Their mistakes are told by `plainOf`. @throws YamlError when it cannot be walked at all */
export function yamlDocuments(text: string): readonly Document.Parsed[] {
  const documents = orYamlError(() => parseAllDocuments(text, { schema: 'core', uniqueKeys: true, stringKeys: true }));
  return Array.isArray(documents) ? documents : []; // an empty stream
}

/** A document as plain values. @throws YamlError for its first mistake, and when its aliases stand for more than so much */
export function plainOf(document: Document.Parsed, maxAliasCount: number): unknown {
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new YamlError(firstLine(problem.message));
  return orYamlError(() => document.toJS({ maxAliasCount }) as unknown);
}

function orYamlError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new YamlError(firstLine(error instanceof Error ? error.message : String(error)));
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
