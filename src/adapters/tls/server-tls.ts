import { join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import type { Clock } from '../../platform/clock.js';
import type { Log } from '../../platform/log.js';
import type { ReadinessPart } from '../../platform/readiness.js';
import { givenFiles, ownCertificate, type CertificateSource, type KeyPair } from './certificate-source.js';
import { decideTransport } from './decide-transport.js';
import { OwnAuthority } from './own-authority.js';
import { serverNames } from './server-names.js';
import { ServerTlsError } from './server-tls-error.js';

export interface ServerTlsOptions {
  /** The address to listen on. */
  readonly host: string;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly dataDir: string;
  readonly insecureHttp: boolean;
  /** Further names and addresses that clients use, for a certificate of our own. */
  readonly names?: readonly string[];
}

/** What the certificate is kept up to date with. */
export interface ServerTlsParts {
  readonly clock: Clock;
  readonly log: Log;
}

/** A server whose certificate can be changed while it runs: `https.Server`. */
export interface SecureServer {
  setSecureContext(options: SecureContextOptions): void;
}

export const MIN_TLS_VERSION = 'TLSv1.2';
const CHECK_EVERY_MS = 10_000;

/**
 * What HTTPS is served with, or undefined for plain HTTP: on loopback, or with `insecureHttp`, which is logged.
 * @throws ServerTlsError that says which setting or file is wrong
 */
export async function loadServerTls(options: ServerTlsOptions, parts: ServerTlsParts): Promise<ServerTls | undefined> {
  const { host, certFile, keyFile, dataDir, insecureHttp, names } = options;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new ServerTlsError('TLS_CERT_FILE and TLS_KEY_FILE: set both or none');
  }
  const transport = decideTransport({ host, insecureHttp, hasCertificate: certFile !== undefined });
  if (transport.scheme === 'http') {
    if (transport.because === 'INSECURE_HTTP=true') parts.log.warn('Serving plain HTTP to other machines', { host });
    return undefined;
  }
  if (certFile !== undefined && keyFile !== undefined) {
    return ServerTls.start(givenFiles(certFile, keyFile), parts, undefined);
  }
  const authority = await OwnAuthority.open(join(dataDir, 'tls'), parts.clock.now());
  return ServerTls.start(
    ownCertificate(authority, () => serverNames(host, names)),
    parts,
    authority.caFile,
  );
}

/** The certificate that is served, kept up to date: read again when its files change, issued anew before it ends. */
export class ServerTls {
  private timer: NodeJS.Timeout | undefined;
  private server: SecureServer | undefined;
  private part: ReadinessPart | undefined;

  private constructor(
    private current: KeyPair,
    private readonly source: CertificateSource,
    private readonly parts: ServerTlsParts,
    /** The certificate of our own authority that clients must trust; undefined with a given certificate. */
    readonly caFile: string | undefined,
  ) {}

  static async start(source: CertificateSource, parts: ServerTlsParts, caFile: string | undefined): Promise<ServerTls> {
    return new ServerTls(await source(parts.clock.now()), source, parts, caFile);
  }

  get cert(): string {
    return this.current.cert;
  }

  get key(): string {
    return this.current.key;
  }

  /**
   * Keeps a server's certificate up to date until `close`. Connections that are open keep theirs.
   * @param part told when the certificate cannot be read again, and when it has ended
   */
  follow(server: SecureServer, part: ReadinessPart): void {
    this.server = server;
    this.part = part;
    this.report();
    this.timer = setInterval(() => void this.check(), CHECK_EVERY_MS).unref();
  }

  /** Looks whether another certificate is to be served, and serves it. One that cannot be served leaves the present one in place. */
  async check(): Promise<void> {
    try {
      const newest = await this.source(this.parts.clock.now());
      if (newest !== this.current) {
        this.server?.setSecureContext({ cert: newest.cert, key: newest.key, minVersion: MIN_TLS_VERSION });
        this.current = newest;
        this.parts.log.info('Serving a new certificate', { expires: new Date(newest.expiresAtMs).toISOString() });
      }
      this.report();
    } catch (error) {
      this.parts.log.warn('The certificate could not be read again; the former one is served on', { error });
      this.part?.set('degraded', error instanceof Error ? error.message : String(error));
    }
  }

  close(): void {
    clearInterval(this.timer);
  }

  private report(): void {
    const { expiresAtMs } = this.current;
    if (expiresAtMs > this.parts.clock.now()) this.part?.set('up');
    else this.part?.set('degraded', `the certificate ended on ${new Date(expiresAtMs).toISOString()}`);
  }
}
