import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { Log } from '../../platform/log.js';
import { ClusterConfigError } from './cluster-config-error.js';
import { type FoundKubeConfig, KubeConfigThread } from './kube-config-thread.js';
import type { KubeConfigSource } from './kube-config-worker.js';

/** What a TLS connection to the API server needs; PEM texts. */
export interface TlsMaterial {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Who this process is for the API server, and where that is. */
export interface Credentials {
  /** `https://host:port`, perhaps with a path before every request's. */
  readonly server: string;
  /** `authorization` and `impersonate-user`, when there are such. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
  readonly proxyUrl: string | undefined;
  /** Changes when connections must be opened anew (other certificates, another server). */
  readonly connectionKey: string;
}

const READ_AGAIN_AFTER_MS = 10_000;
const FORCE_AT_MOST_EVERY_MS = 1000;
/** One for all: it is there for the moment in which something is read. */
const thread = new KubeConfigThread();

/**
 * The cluster's address and our credentials, which rotate: token, certificate and kubeconfig files are read again every ten seconds, and at
 * once when the API server refused what we had. A file that cannot be read for a moment costs nothing: the last good ones stay in force.
 */
export class ClusterCredentials {
  private last: Credentials | undefined;
  private found: FoundKubeConfig | undefined;
  private reading: Promise<Credentials> | undefined;
  private readAtMs = 0;
  private forcedAtMs = 0;
  private version = '';

  constructor(
    private readonly source: KubeConfigSource,
    private readonly log: Log,
    private readonly readAgainAfterMs = READ_AGAIN_AFTER_MS,
  ) {}

  /** Finds the configuration; what is missing of the credentials in it may come later. @throws ClusterConfigError when there is none that can be used */
  async load(): Promise<void> {
    await this.find(false);
  }

  /** The credentials in force. Rejects only while none could be read yet. */
  async current(): Promise<Credentials> {
    if (this.last && Date.now() - this.readAtMs < this.readAgainAfterMs) return this.last;
    return this.readOnce(false);
  }

  /** Reads everything again (an exec plugin is asked again) because `refused` were; at most once a second. */
  async refresh(refused: Credentials): Promise<Credentials> {
    if (this.last && this.last !== refused && !isSame(this.last, refused)) return this.last;
    if (Date.now() - this.forcedAtMs < FORCE_AT_MOST_EVERY_MS) return this.current();
    this.forcedAtMs = Date.now();
    return this.readOnce(true);
  }

  private readOnce(isRefused: boolean): Promise<Credentials> {
    this.reading ??= this.read(isRefused).finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async read(isRefused: boolean): Promise<Credentials> {
    try {
      const known = this.found;
      const isChanged = !known || known.failure !== undefined || versionOf(known.files) !== this.version;
      // What files alone say is the same as long as they are: there is no need to ask the thread.
      const found = isChanged || known.isDynamic ? await this.find(isChanged || isRefused) : known;
      if (found.failure !== undefined) throw new Error(found.failure);
      this.last = credentialsOf(found);
    } catch (error) {
      if (error instanceof ClusterConfigError && !this.last) throw error;
      if (!this.last)
        throw new ClusterConfigError(`The cluster's credentials cannot be read: ${(error as Error).message}`, {
          cause: error,
        });
      this.log.warn('The cluster credentials could not be read again; the last ones stay in force', { error });
    }
    this.readAtMs = Date.now();
    return this.last;
  }

  private async find(afresh: boolean): Promise<FoundKubeConfig> {
    const found = await thread.read(this.source, afresh);
    this.found = found;
    this.version = versionOf(found.files);
    return found;
  }
}

/** Whether both would be the same to the API server. */
export function isSame(one: Credentials, other: Credentials): boolean {
  return one.connectionKey === other.connectionKey && one.headers['authorization'] === other.headers['authorization'];
}

function credentialsOf({ server, proxyUrl, options, headers, tokenFile }: FoundKubeConfig): Credentials {
  const { auth, ...tls } = options;
  const all: Record<string, string> = { ...headers };
  if (auth) all['authorization'] = `Basic ${Buffer.from(auth).toString('base64')}`;
  if (tokenFile) all['authorization'] = `Bearer ${readToken(tokenFile)}`;
  const connection = [server, proxyUrl, tls.servername, tls.rejectUnauthorized, tls.ca, tls.cert, tls.key];
  return {
    server,
    headers: all,
    tls: tls as TlsMaterial,
    proxyUrl,
    connectionKey: createHash('sha256').update(connection.map(text).join('\n')).digest('hex'),
  };
}

/** Bytes come from the thread without being a Buffer. */
function text(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}

function readToken(file: string): string {
  const token = readFileSync(file, 'utf8').trim();
  if (token === '') throw new Error(`${file} is empty`);
  return token;
}

function versionOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : 'absent';
    })
    .join(' ');
}
