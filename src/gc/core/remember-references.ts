import { parseImageReference, type ImageReference } from '../../core/image-reference.js';

/** Reads each reference once: the index, the rules and the pause images all ask for those of a node's images. Lives as long as one plan. */
export function rememberReferences(): (text: string) => ImageReference | undefined {
  const known = new Map<string, ImageReference | undefined>();
  return (text) => {
    const found = known.get(text);
    if (found) return found;
    const reference = parseImageReference(text);
    known.set(text, reference);
    return reference;
  };
}
