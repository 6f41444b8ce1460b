import { parseImageReference } from '../../../core/image-reference.js';

/**
 * The reference of an image at another registry: of `docker.io/library/busybox:1` through `mirror.example:5000/hub` it is
 * `mirror.example:5000/hub/library/busybox:1`. What is no reference stays as it is.
 */
export function imageThrough(image: string, registry: string | undefined): string {
  const reference = parseImageReference(image);
  if (registry === undefined || registry === '' || reference === undefined) return image;
  const { repository, tag, digest } = reference;
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
