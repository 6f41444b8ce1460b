import { formatDuration } from '../../core/duration.js';
import type { StackSource } from '../../stacks/fetched/core/parse-stack-source.js';
import { StackArchives, StackSourceError } from '../../stacks/fetched/stack-archives.port.js';
import { checkDigest } from './check-digest.js';
import { GuardedGet, type Resolve } from './guarded-get.js';
import { OciRegistry, type RegistryUser } from './oci-registry.js';
import { SourceHosts } from './source-hosts.js';

export interface StackArchiveOptions {
  /** Hosts, with a port or without; `*` for all with public addresses. */
  readonly sources: readonly string[];
  /** By registry. */
  readonly users: ReadonlyMap<string, RegistryUser>;
  /** Certificates of authorities (PEM); undefined: those that Node trusts. */
  readonly ca: () => readonly string[] | undefined;
  /** Of one fetch, with all of its requests. */
  readonly timeoutMs: number;
  /** Of an archive. */
  readonly maxBytes: number;
  /** The system's name servers unless a test has others. */
  readonly resolve?: Resolve;
}

/** Archives over HTTPS, and OCI artifacts out of registries. */
export class HttpsStackArchives extends StackArchives {
  readonly #http: GuardedGet;
  readonly #registry: OciRegistry;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;

  constructor({ sources, users, ca, timeoutMs, maxBytes, resolve }: StackArchiveOptions) {
    super();
    this.#http = new GuardedGet(new SourceHosts(sources), ca, resolve);
    this.#registry = new OciRegistry(this.#http, users, maxBytes);
    this.#timeoutMs = timeoutMs;
    this.#maxBytes = maxBytes;
  }

  override async fetch(source: StackSource): Promise<Buffer> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      return source.kind === 'oci' ? await this.#registry.fetch(source, signal) : await this.#download(source, signal);
    } catch (error) {
      if (signal.aborted) throw new StackSourceError(`it takes longer than ${formatDuration(this.#timeoutMs)}`);
      throw error;
    }
  }

  async #download({ text, digest }: StackSource, signal: AbortSignal): Promise<Buffer> {
    const url = new URL(text);
    const { status, body } = await this.#http.get(url, { maxBytes: this.#maxBytes, signal });
    if (status !== 200) throw new StackSourceError(`${url.host} answers with status ${status}`);
    checkDigest('the archive', body, digest);
    return body;
  }
}
