/**
 * References to images as people and runtimes write them, in Docker's normal form: `nginx` is `docker.io/library/nginx`.
 *
 * Follows github.com/distribution/reference: the first part is a registry when it has a dot or a colon or is `localhost`; names of one part
 * on Docker Hub belong to `library/`; the tag stands after the last slash.
 */
export interface ImageReference {
  /** Registry and repository: `docker.io/library/nginx`. */
  readonly name: string;
  /** `docker.io`, `registry.example:5000` */
  readonly registry: string;
  /** `library/nginx`, `shop/web` */
  readonly repository: string;
  readonly tag?: string;
  /** Name and tag: `docker.io/library/nginx:1.25`. Absent without a tag. */
  readonly tagged?: string;
  /** `sha256:...` */
  readonly digest?: string;
}

const BARE_ID = /^(?:sha256:)?[\da-f]{64}$/;
const MAX_LENGTH = 1024;

/** Absent for what is no reference: a bare image id, Docker's `<none>:<none>`, an empty text. */
export function parseImageReference(text: string): ImageReference | undefined {
  if (text === '' || text.length > MAX_LENGTH || text.includes('<') || isBareId(text)) return undefined;
  const at = text.indexOf('@');
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const written = hasTag ? named.slice(0, colon) : named;
  if (written === '') return undefined;
  const slash = written.indexOf('/');
  const first = slash < 0 ? '' : written.slice(0, slash);
  const isRegistry = first.includes('.') || first.includes(':') || first === 'localhost';
  const registry = isRegistry && first !== 'index.docker.io' ? first : 'docker.io';
  const path = isRegistry ? written.slice(slash + 1) : written;
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  const isNormal = registry === first && repository === path;
  const reference: { -readonly [Name in keyof ImageReference]: ImageReference[Name] } = {
    name: isNormal ? written : `${registry}/${repository}`,
    registry,
    repository,
  };
  if (hasTag) {
    reference.tag = named.slice(colon + 1);
    reference.tagged = isNormal ? named : `${reference.name}:${reference.tag}`;
  }
  if (at >= 0) reference.digest = text.slice(at + 1);
  return reference;
}

function isBareId(text: string): boolean {
  return (text.length === 64 || text.length === 71) && BARE_ID.test(text);
}
