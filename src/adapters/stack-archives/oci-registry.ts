import { z } from 'zod';
import type { StackSource } from '../../stacks/fetched/core/parse-stack-source.js';
import { StackSourceError } from '../../stacks/fetched/stack-archives.port.js';
import { checkDigest } from './check-digest.js';
import type { GuardedAnswer, GuardedGet } from './guarded-get.js';
import { readChallenge } from './read-challenge.js';

/** A user of a registry. */
export interface RegistryUser {
  readonly username: string;
  readonly password: string;
}

type Artifact = Extract<StackSource, { kind: 'oci' }>;

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const MANIFEST_BYTES = 256 * 1024;
const TOKEN_BYTES = 64 * 1024;

const Manifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MANIFEST_TYPE).optional(),
  layers: z.array(
    z.object({
      mediaType: z.string(),
      digest: z.string().regex(/^sha256:[\da-f]{64}$/),
      size: z.int().nonnegative(),
    }),
  ),
});
/** `oras push` and others call their layers so; what begins before `.tar` tells only who made it. */
const LAYER_TYPE = /^application\/[\w.+-]{1,200}\.tar(?:\+gzip)?$/;
const Token = z.object({ token: z.string().min(1).optional(), access_token: z.string().min(1).optional() });

/** Artifacts by the OCI distribution specification 1.1: the manifest by its digest, then its only layer. */
export class OciRegistry {
  constructor(
    private readonly http: GuardedGet,
    /** By registry, as sources name it. */
    private readonly users: ReadonlyMap<string, RegistryUser>,
    /** Of the layer. */
    private readonly maxBytes: number,
  ) {}

  /** @throws StackSourceError */
  async fetch(artifact: Artifact, signal: AbortSignal): Promise<Buffer> {
    const manifestUrl = urlOf(artifact, `manifests/${artifact.digest}`);
    const wanted = { accept: MANIFEST_TYPE, maxBytes: MANIFEST_BYTES, signal };
    let authorization: string | undefined;
    let answer = await this.http.get(manifestUrl, wanted);
    if (answer.status === 401) {
      authorization = await this.#authorize(artifact, answer, signal);
      answer = await this.http.get(manifestUrl, { ...wanted, authorization });
    }
    const { digest, size } = layerOf(bodyOf(answer, manifestUrl), artifact, this.maxBytes);
    const layerUrl = urlOf(artifact, `blobs/${digest}`);
    const layer = bodyOf(await this.http.get(layerUrl, { authorization, maxBytes: size, signal }), layerUrl);
    checkDigest('the layer', layer, digest);
    return layer;
  }

  /** What to send, by the registry's challenge: for nobody in particular unless there is a user for this registry. */
  async #authorize(
    { registry, repository }: Artifact,
    { headers }: GuardedAnswer,
    signal: AbortSignal,
  ): Promise<string> {
    const user = this.users.get(registry);
    const basic = user && `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}`;
    const challenge = readChallenge(headers['www-authenticate']);
    if (challenge?.scheme === 'basic' && basic !== undefined) return basic;
    const url = challenge?.scheme === 'bearer' ? URL.parse(challenge.realm) : null;
    if (challenge?.scheme !== 'bearer' || !url) throw new StackSourceError(`${registry} takes no anonymous callers`);
    if (challenge.service !== undefined) url.searchParams.set('service', challenge.service);
    url.searchParams.set('scope', `repository:${repository}:pull`);
    const answer = await this.http.get(url, { authorization: basic, maxBytes: TOKEN_BYTES, signal });
    const { token, access_token } = Token.safeParse(parsed(bodyOf(answer, url))).data ?? {};
    const bearer = token ?? access_token;
    if (bearer === undefined || !/^[\x21-\x7e]+$/.test(bearer))
      throw new StackSourceError(`${url.host} gives no token`);
    return `Bearer ${bearer}`;
  }
}

function urlOf({ registry, repository }: Artifact, what: string): URL {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  return new URL(`https://${host}/v2/${repository}/${what}`);
}

function bodyOf({ status, body }: GuardedAnswer, { host }: URL): Buffer {
  if (status === 200) return body;
  throw new StackSourceError(`${host} answers with status ${status}`);
}

function layerOf(
  manifest: Buffer,
  { digest }: Artifact,
  maxBytes: number,
): { readonly digest: string; readonly size: number } {
  checkDigest('the manifest', manifest, digest);
  const read = Manifest.safeParse(parsed(manifest));
  if (!read.success)
    throw new StackSourceError(
      'it is no OCI image manifest (an index is none: give the digest of one of its manifests)',
    );
  const [layer, ...others] = read.data.layers;
  if (!layer || others.length > 0) throw new StackSourceError('the artifact must have one layer');
  if (!LAYER_TYPE.test(layer.mediaType))
    throw new StackSourceError(
      `the layer must be a tar or a tar+gzip, and is ${JSON.stringify(layer.mediaType.slice(0, 200))}`,
    );
  if (layer.size > maxBytes) throw new StackSourceError(`the layer has more than ${maxBytes} bytes (STACK_MAX_BYTES)`);
  return layer;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined; // the schema refuses it
  }
}
