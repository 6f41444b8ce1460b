// oxlint-disable-next-line import/no-unassigned-import -- @peculiar/x509 needs the polyfill before it is loaded
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { join } from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { makeFolder } from '../../platform/make-folder.js';
import { readOrCreate } from '../../platform/read-or-create.js';
import type { ServerName } from './server-names.js';
import { ServerTlsError } from './server-tls-error.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
export const LEAF_DAYS = 90;
/** Clocks differ: a certificate is valid from an hour before it was made. */
const BEFORE_MS = 3_600_000;

/** A server's certificate with its key, both PEM. */
export interface Leaf {
  /** The certificate, and after it the authority's. */
  readonly cert: string;
  readonly key: string;
  /** ms since the epoch. */
  readonly expiresAtMs: number;
}

/** Our own certificate authority, in a folder: `ca.key`, which its owner alone can read, and `ca.crt`, which clients are given to trust. */
export class OwnAuthority {
  private constructor(
    /** Path of the certificate that clients must trust. */
    readonly caFile: string,
    private readonly certificate: X509Certificate,
    private readonly privateKey: webcrypto.CryptoKey,
  ) {}

  /**
   * Opens the authority in a folder, or makes it. Several processes may do so at once: they come to the same one. A kill in between is mended
   * by the next call.
   * @throws ServerTlsError when what stands there cannot be used
   */
  static async open(folder: string, nowMs: number): Promise<OwnAuthority> {
    await makeFolder(folder);
    const [keyFile, caFile] = [join(folder, 'ca.key'), join(folder, 'ca.crt')];
    const keyPem = await readOrCreate(keyFile, 0o600, newKeyPem);
    const keys = await keysOf(keyPem, keyFile);
    const certificate = await readCertificate(await readOrCreate(caFile, 0o644, () => selfSigned(keys, nowMs)), caFile);
    const { publicKey } = keys;
    if (!(await certificate.verify({ publicKey, signatureOnly: true }))) {
      throw new ServerTlsError(`${caFile} does not belong to ${keyFile}: remove both, and a new authority is made`);
    }
    if (certificate.notAfter.getTime() < nowMs + LEAF_DAYS * DAY_MS) {
      throw new ServerTlsError(
        `${caFile} ends on ${certificate.notAfter.toISOString()}: remove it and ${keyFile}, and have clients trust the new one`,
      );
    }
    return new OwnAuthority(caFile, certificate, keys.privateKey);
  }

  /** A certificate for a server with these names, valid for 90 days. */
  async issue(names: readonly ServerName[], nowMs: number): Promise<Leaf> {
    const keys = await newKeys();
    const notAfter = new Date(nowMs + LEAF_DAYS * DAY_MS);
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: 'CN=Quartermaster',
      issuer: this.certificate.subject,
      notBefore: new Date(nowMs - BEFORE_MS),
      notAfter,
      publicKey: keys.publicKey,
      signingKey: this.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(names.map(({ type, value }) => ({ type, value }))),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        await AuthorityKeyIdentifierExtension.create(this.certificate.publicKey),
      ],
    });
    const cert = `${certificate.toString('pem')}\n${this.certificate.toString('pem')}\n`;
    return { cert, key: await pemOf(keys.privateKey), expiresAtMs: notAfter.getTime() };
  }
}

async function selfSigned(keys: webcrypto.CryptoKeyPair, nowMs: number): Promise<string> {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=Quartermaster authority ${randomBytes(4).toString('hex')}`,
    notBefore: new Date(nowMs - BEFORE_MS),
    notAfter: new Date(nowMs + AUTHORITY_DAYS * DAY_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** The pair of a private key: the public half is a part of its JSON form. */
async function keysOf(pem: string, path: string): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = webcrypto;
  try {
    const der = PemConverter.decodeFirst(pem);
    const privateKey = await subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
    const { kty, crv, x, y } = await subtle.exportKey('jwk', privateKey);
    const publicHalf = { kty, crv, x, y } as webcrypto.JsonWebKey;
    return { privateKey, publicKey: await subtle.importKey('jwk', publicHalf, ALGORITHM, true, ['verify']) };
  } catch (cause) {
    throw new ServerTlsError(`${path} is not an ECDSA P-256 key: remove it and ca.crt, and a new authority is made`, {
      cause,
    });
  }
}

async function readCertificate(pem: string, path: string): Promise<X509Certificate> {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new ServerTlsError(`${path} is not a certificate: remove it, and it is made again`, { cause });
  }
}

async function newKeyPem(): Promise<string> {
  return pemOf((await newKeys()).privateKey);
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

/** A positive number of 16 bytes. */
function serialNumber(): string {
  return `40${randomBytes(15).toString('hex')}`;
}
