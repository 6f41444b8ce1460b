import { parseImageReference } from '../../../core/image-reference.js';

/** Where a stack's archive is, and the digest that proves it. */
export type StackSource =
  | {
      readonly kind: 'oci';
      /** Without a tag: `oci://registry.example/stacks/hello`. */
      readonly text: string;
      /** `registry.example:5000`, `docker.io` */
      readonly registry: string;
      readonly repository: string;
      /** `sha256:...` of the manifest. */
      readonly digest: string;
    }
  | {
      readonly kind: 'archive';
      /** `https://...`, as URLs are written in full. */
      readonly text: string;
      /** `sha256:...` of the archive. */
      readonly digest: string;
    };

/** What is wrong with a source, and in which of the two fields. */
export interface SourceProblem {
  readonly field: 'source' | 'digest';
  readonly problem: string;
}

const SCHEME = 'oci://';
const DIGEST = /^sha256:[\da-f]{64}$/;
const REGISTRY = /^[a-z\d][a-z\d.-]{0,252}(?::\d{1,5})?$/i;
const REPOSITORY_PART = /^[a-z\d](?:[a-z\d._-]{0,126}[a-z\d])?$/;

/**
 * Reads where a stack is to be fetched from: `oci://registry/repository@sha256:...`, or an `https://` address with the digest beside it. What could carry a secret (a user, a query) is
 * refused: a source is shown to everybody who may look at stacks. References of OCI as in `parseImageReference`; their tag is left out, for the digest says it all.
 *
 * @param digest needed where the source does not end with it
 */
export function parseStackSource(source: string, digest: string | undefined): StackSource | SourceProblem {
  const read = source.startsWith(SCHEME) ? readOci(source, digest) : readArchive(source, digest);
  if ('problem' in read || DIGEST.test(read.digest)) return read;
  return { field: 'digest', problem: 'must be sha256: and 64 hexadecimal digits in small letters' };
}

function readOci(source: string, digest: string | undefined): StackSource | SourceProblem {
  const reference = parseImageReference(source.slice(SCHEME.length));
  const { registry = '', repository = '', digest: written = digest } = reference ?? {};
  if (!REGISTRY.test(registry) || !repository.split('/').every((part) => REPOSITORY_PART.test(part)))
    return { field: 'source', problem: 'must be oci://registry/repository@sha256:...' };
  if (written === undefined) return missing(`${source}@sha256:...`);
  if (digest !== undefined && digest !== written)
    return { field: 'digest', problem: 'is another one than that at the end of the source; leave it out' };
  return { kind: 'oci', text: `${SCHEME}${registry}/${repository}`, registry, repository, digest: written };
}

function readArchive(source: string, digest: string | undefined): StackSource | SourceProblem {
  const url = URL.parse(source);
  if (url?.protocol !== 'https:')
    return { field: 'source', problem: 'must begin with https:// (an archive) or oci:// (an artifact in a registry)' };
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return { field: 'source', problem: 'must have no user, password, query or fragment: it is shown to others' };
  if (digest === undefined) return missing('the sha256 digest of the archive');
  return { kind: 'archive', text: url.href, digest };
}

function missing(what: string): SourceProblem {
  return { field: 'digest', problem: `is needed: ${what}` };
}
