import { plainOf, YamlError, yamlDocuments } from '../platform/yaml-documents.js';
import { MAX_MANIFEST_BYTES } from './core/static-pod.js';

const MAX_ALIASES = 100;
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Why a text is not the manifest of a static pod, as a sentence; undefined when it is one: exactly one Pod of v1, with a name, and containers that have names and images. */
export function whyNoStaticPod(text: string): string | undefined {
  if (Buffer.byteLength(text) > MAX_MANIFEST_BYTES) return 'it is larger than 64 KiB';
  try {
    const [document, ...others] = yamlDocuments(text);
    if (!document || others.length > 0)
      return `it has ${document ? 'several documents' : 'no document'}: one Pod is wanted`;
    return whyNoPod(plainOf(document, MAX_ALIASES));
  } catch (error) {
    if (error instanceof YamlError) return `it is no YAML: ${error.message}`;
    throw error;
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
