// oxlint-disable-next-line import/no-unassigned-import -- @peculiar/x509 needs the polyfill before it is loaded
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR_MS = 3_600_000;
const TEN_YEARS_MS = 10 * 365 * 24 * HOUR_MS;

/** A server's certificate and key as PEM. */
export interface ServingCertificate {
  readonly cert: string;
  readonly key: string;
}

/** The simulated cluster's certificate authority. Servers share one key: they are one program. */
export class Authority {
  private constructor(
    /** The authority's own certificate as PEM. */
    readonly certificate: string,
    private readonly issuer: X509Certificate,
    private readonly signingKey: webcrypto.CryptoKey,
    private readonly servingKeys: webcrypto.CryptoKeyPair,
    private readonly servingKeyPem: string,
  ) {}

  /** Opens the authority that is kept in a folder (`ca.crt`, `ca.key`), or makes it. */
  static async open(dir: string): Promise<Authority> {
    const certFile = join(dir, 'ca.crt');
    const keyFile = join(dir, 'ca.key');
    if (!existsSync(certFile) || !existsSync(keyFile)) {
      const made = await makeAuthority('quartermaster-simulation');
      writeFileSync(keyFile, await exportKey(made.keys.privateKey), { mode: 0o600 });
      writeFileSync(certFile, made.certificate.toString('pem'));
    }
    const signingKey = await importKey(readFileSync(keyFile, 'utf8'));
    return Authority.of(new X509Certificate(readFileSync(certFile, 'utf8')), signingKey);
  }

  /** An authority that nobody trusts, for the fault `wrong-certificate`. */
  static async stranger(): Promise<Authority> {
    const made = await makeAuthority('somebody-else');
    return Authority.of(made.certificate, made.keys.privateKey);
  }

  private static async of(issuer: X509Certificate, signingKey: webcrypto.CryptoKey): Promise<Authority> {
    const servingKeys = await generateKeys();
    const pem = await exportKey(servingKeys.privateKey);
    return new Authority(issuer.toString('pem'), issuer, signingKey, servingKeys, pem);
  }

  /** A certificate for a server on 127.0.0.1 with these DNS names. */
  async issue(...names: [string, ...string[]]): Promise<ServingCertificate> {
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: `CN=${names[0]}`,
      issuer: this.issuer.subject,
      notBefore: new Date(Date.now() - HOUR_MS),
      notAfter: new Date(Date.now() + TEN_YEARS_MS / 2),
      signingAlgorithm: ALGORITHM,
      publicKey: this.servingKeys.publicKey,
      signingKey: this.signingKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([
          { type: 'ip', value: '127.0.0.1' },
          ...names.map((value) => ({ type: 'dns' as const, value })),
        ]),
      ],
    });
    return { cert: certificate.toString('pem'), key: this.servingKeyPem };
  }
}

async function makeAuthority(name: string) {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - HOUR_MS),
    notAfter: new Date(Date.now() + TEN_YEARS_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { keys, certificate };
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = PemConverter.decode(pem)[0];
  if (!der) throw new Error('ca.key holds no key');
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
}

/** Sixteen bytes, positive. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}
