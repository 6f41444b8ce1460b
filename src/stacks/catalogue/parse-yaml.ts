import { limitDepth } from '../../platform/http/limit-depth.js';
import { plainOf, yamlDocuments } from '../../platform/yaml-documents.js';
import { StackError } from './stack-error.js';
import { MAX_ALIASES } from './stack-limits.js';

/**
 * The documents of a YAML 1.2 file as plain values; empty ones are left out.
 *
 * @throws StackError when it is no YAML, repeats a key, has unknown tags, is too deep, or its aliases stand for too much
 */
export function parseYaml(name: string, text: string, maxDocuments: number): unknown[] {
  const documents = orStackError(name, () => yamlDocuments(text));
  if (documents.length > maxDocuments) throw new StackError(`${name}: has more than ${maxDocuments} documents`);
  return documents.flatMap((document) => {
    const value = orStackError(name, () => {
      const plain = plainOf(document, MAX_ALIASES);
      limitDepth([plain]);
      return plain;
    });
    return value === null || value === undefined ? [] : [value];
  });
}

function orStackError<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new StackError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
