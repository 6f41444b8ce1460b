import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { OwnAuthority, Leaf } from './own-authority.js';
import { ServerTlsError } from './server-tls-error.js';
import type { ServerName } from './server-names.js';

/** What a server shows and proves itself with, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
  /** ms since the epoch. */
  readonly expiresAtMs: number;
}

/** Gives the key pair that is to be served now: the same object as long as nothing changed. Rejects when there is none that can be served. */
export type CertificateSource = (nowMs: number) => Promise<KeyPair>;

const RENEW_BEFORE_MS = 30 * 86_400_000;

/** The files that the user gives: read each time, so that a renewal is seen however it is put there. */
export function givenFiles(certFile: string, keyFile: string): CertificateSource {
  let current: KeyPair | undefined;
  return async () => {
    const [cert, key] = await Promise.all([read('TLS_CERT_FILE', certFile), read('TLS_KEY_FILE', keyFile)]);
    if (current?.cert !== cert || current.key !== key) {
      current = { cert, key, expiresAtMs: expiryOf(cert, key, certFile, keyFile) };
    }
    return current;
  };
}

/** A certificate of our own authority, issued anew when it nears its end or when the machine's names change. */
export function ownCertificate(authority: OwnAuthority, names: () => readonly ServerName[]): CertificateSource {
  let current: { readonly leaf: Leaf; readonly names: string } | undefined;
  return async (nowMs) => {
    const wanted = names();
    const text = JSON.stringify(wanted);
    if (!current || current.names !== text || current.leaf.expiresAtMs - nowMs < RENEW_BEFORE_MS) {
      current = { leaf: await authority.issue(wanted, nowMs), names: text };
    }
    return current.leaf;
  };
}

async function read(variable: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new ServerTlsError(`${variable}=${path}: cannot be read (${code})`, { cause });
  }
}

/** When the certificate ends. @throws ServerTlsError when the two cannot be served together */
function expiryOf(cert: string, key: string, certFile: string, keyFile: string): number {
  const certificate = parsed(() => new X509Certificate(cert), `${certFile} holds no certificate in PEM`);
  const privateKey = parsed(() => createPrivateKey(key), `${keyFile} holds no private key in PEM without a passphrase`);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new ServerTlsError(`The key in ${keyFile} does not belong to the certificate in ${certFile}`);
  }
  return Date.parse(certificate.validTo);
}

function parsed<Result>(parse: () => Result, problem: string): Result {
  try {
    return parse();
  } catch (cause) {
    throw new ServerTlsError(problem, { cause });
  }
}
