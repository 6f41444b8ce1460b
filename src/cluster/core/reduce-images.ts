import type { Interner } from './interner.js';
import type { RawContainer } from './reduce-container.js';

/** What of a pod's spec, or of a pod template's, refers to images. */
export interface RawPodSpec {
  readonly containers?: readonly RawContainer[];
  readonly initContainers?: readonly RawContainer[];
  readonly ephemeralContainers?: readonly RawContainer[];
  readonly volumes?: readonly { readonly image?: { readonly reference?: string } }[];
}

/** Every image that a pod of this spec needs, each once; shared with all that need the same. Undefined when there is none. */
export function imagesOf(spec: RawPodSpec, interner: Interner): readonly string[] | undefined {
  const { containers = [], initContainers = [] } = spec;
  return shared([...[...containers, ...initContainers].map(({ image }) => image), ...others(spec)], interner);
}

/** The images that no container or init container of the spec tells of: those of image volumes and ephemeral containers. */
export function otherImagesOf(spec: RawPodSpec, interner: Interner): readonly string[] | undefined {
  return shared(others(spec), interner);
}

function others({ ephemeralContainers = [], volumes = [] }: RawPodSpec): (string | undefined)[] {
  return [...ephemeralContainers.map(({ image }) => image), ...volumes.map(({ image }) => image?.reference)];
}

function shared(images: readonly (string | undefined)[], interner: Interner): readonly string[] | undefined {
  const known = [...new Set(images.filter((image): image is string => Boolean(image)))];
  if (known.length === 0) return undefined;
  return interner.value(`images ${known.join(' ')}`, () => Object.freeze(known.map((image) => interner.text(image))));
}
