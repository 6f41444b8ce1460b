import { parseAllDocuments } from 'yaml';
import { MAX_MANIFEST_BYTES } from './core/static-pod.js';

const MAX_ALIASES = 100;
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Why a text is not the manifest of a static pod, as a sentence; undefined when it is one: exactly one Pod of v1, with a name, and containers that have names and images. */
export function whyNoStaticPod(text: string): string | undefined {
  if (Buffer.byteLength(text) > MAX_MANIFEST_BYTES) return 'it is larger than 64 KiB';
  try {
    const documents = parseAllDocuments(text, { schema: 'core', uniqueKeys: true, stringKeys: true });
    const [document, ...others] = Array.isArray(documents) ? documents : [];
    if (!document || others.length > 0)
      return `it has ${document ? 'several documents' : 'no document'}: one Pod is wanted`;
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) return `it is no YAML: ${problem.message.split('\n')[0]}`;
    return whyNoPod(document.toJS({ maxAliasCount: MAX_ALIASES }));
  } catch (error) {
    return `it is no YAML: ${(error as Error).message.split('\n')[0]}`; // such as aliases that stand for too much, or a depth that nothing can walk
  }
}

function whyNoPod(pod: unknown): string | undefined {
  const { apiVersion, kind, metadata, spec } = fieldsOf(pod);
  if (apiVersion !== 'v1' || kind !== 'Pod') return 'it is no Pod of v1';
  const { name } = fieldsOf(metadata);
  if (typeof name !== 'string' || !NAME.test(name)) return 'its metadata.name is no name of a pod';
  const { containers } = fieldsOf(spec);
  const isRunnable = Array.isArray(containers) && containers.length > 0 && containers.every(hasNameAndImage);
  return isRunnable ? undefined : 'its spec.containers must be a list of containers, each with name and image';
}

function hasNameAndImage(container: unknown): boolean {
  const { name, image } = fieldsOf(container);
  return typeof name === 'string' && name !== '' && typeof image === 'string' && image !== '';
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
