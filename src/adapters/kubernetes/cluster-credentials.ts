import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { Log } from '../../platform/log.js';
import { ClusterConfigError } from './cluster-config-error.js';
import { loadKubeConfig, type KubeConfigSource, type LoadedKubeConfig } from './kube-config.js';

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
/** An exec plugin may wait for a person; nobody is here. */
const DEADLINE_MS = 30_000;

/**
 * The cluster's address and our credentials, which rotate: token, certificate and kubeconfig files are read again every ten seconds, and at
 * once when the API server refused what we had. A file that cannot be read for a moment costs nothing: the last good ones stay in force.
 */
export class ClusterCredentials {
  private last: Credentials | undefined;
  private reading: Promise<Credentials> | undefined;
  private readAtMs = 0;
  private forcedAtMs = 0;
  private version: string;

  private constructor(
    private readonly source: KubeConfigSource,
    private loaded: LoadedKubeConfig,
    private readonly log: Log,
    private readonly readAgainAfterMs: number,
  ) {
    this.version = versionOf(loaded.files);
  }

  /** @throws ClusterConfigError when there is no usable configuration */
  static load(source: KubeConfigSource, log: Log, readAgainAfterMs = READ_AGAIN_AFTER_MS): ClusterCredentials {
    return new ClusterCredentials(source, loadKubeConfig(source), log, readAgainAfterMs);
  }

  /** The credentials in force. Rejects only while none could be read yet. */
  async current(): Promise<Credentials> {
    if (this.last && Date.now() - this.readAtMs < this.readAgainAfterMs) return this.last;
    return this.readOnce(versionOf(this.loaded.files) !== this.version);
  }

  /** Reads everything again (an exec plugin is asked again) because `refused` were; at most once a second. */
  async refresh(refused: Credentials): Promise<Credentials> {
    if (this.last && this.last !== refused && !isSame(this.last, refused)) return this.last;
    if (Date.now() - this.forcedAtMs < FORCE_AT_MOST_EVERY_MS) return this.current();
    this.forcedAtMs = Date.now();
    return this.readOnce(true);
  }

  private readOnce(reload: boolean): Promise<Credentials> {
    this.reading ??= this.read(reload).finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async read(reload: boolean): Promise<Credentials> {
    try {
      if (reload) this.reload();
      this.last = await withinDeadline(credentialsOf(this.loaded));
    } catch (error) {
      if (!this.last)
        throw new ClusterConfigError(`The cluster's credentials cannot be read: ${(error as Error).message}`, {
          cause: error,
        });
      this.log.warn('The cluster credentials could not be read again; the last ones stay in force', { error });
    }
    this.readAtMs = Date.now();
    return this.last;
  }

  private reload(): void {
    const version = versionOf(this.loaded.files);
    this.loaded = loadKubeConfig(this.source);
    this.version = version;
  }
}

/** Whether both would be the same to the API server. */
export function isSame(one: Credentials, other: Credentials): boolean {
  return one.connectionKey === other.connectionKey && one.headers['authorization'] === other.headers['authorization'];
}

async function credentialsOf({ config, tokenFile }: LoadedKubeConfig): Promise<Credentials> {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error('the current context has no cluster');
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  const tls = {
    ...(ca ? { ca: ca as Buffer } : {}),
    ...(cert ? { cert: cert as Buffer } : {}),
    ...(key ? { key: key as Buffer } : {}),
    ...(servername ? { servername } : {}),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
  const connection = [
    cluster.server,
    cluster.proxyUrl,
    tls.servername,
    tls.rejectUnauthorized,
    tls.ca,
    tls.cert,
    tls.key,
  ];
  return {
    server: cluster.server,
    headers: headersOf(options, tokenFile),
    tls,
    proxyUrl: cluster.proxyUrl || undefined,
    connectionKey: createHash('sha256').update(connection.map(String).join('\n')).digest('hex'),
  };
}

/** A plugin that hangs must not hang every call for ever. */
async function withinDeadline(reading: Promise<Credentials>): Promise<Credentials> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no credentials within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  return Promise.race([reading, late.promise]).finally(() => clearTimeout(timer));
}

function headersOf(options: RequestOptions, tokenFile: string | undefined): Record<string, string> {
  const given = Object.entries((options.headers ?? {}) as Record<string, unknown>);
  const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value).trim()]));
  if (options.auth) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  if (tokenFile) headers['authorization'] = `Bearer ${readToken(tokenFile)}`;
  return headers;
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
