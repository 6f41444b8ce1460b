import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** `qm_` + id (16 hex digits) + `_` + secret (256 bits, base 62) + checksum (CRC-32, base 62): secret scanners can tell it from noise. */
const FORMAT = /^qm_([0-9a-f]{16})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new token: the text is shown once, the hash is kept. */
export interface NewToken {
  readonly id: string;
  readonly text: string;
  /** SHA-256 of the whole text, hex. A secret of 256 random bits needs no salt and no slow hash. */
  readonly hash: string;
}

/** Makes a token of 256 random bits. */
export function newToken(): NewToken {
  const id = randomBytes(8).toString('hex');
  const secret = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), 43);
  const text = `qm_${id}_${secret}${checksumOf(id, secret)}`;
  return { id, text, hash: hashOf(text) };
}

/** The id inside of a text of our format, or undefined: not our format, or mistyped. Says nothing about whether the token is valid. */
export function tokenIdIn(text: string): string | undefined {
  const [, id, secret, checksum] = FORMAT.exec(text) ?? [];
  return id !== undefined && secret !== undefined && checksumOf(id, secret) === checksum ? id : undefined;
}

/** Whether a text looks like a JSON Web Token, as Kubernetes' service accounts and identity providers issue them. */
export function looksLikeJwt(text: string): boolean {
  return /^[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}$/.test(text);
}

/** SHA-256, hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Compares two hex hashes in a time that does not depend on where they differ. */
export function equalHashes(left: string, right: string): boolean {
  const a = Buffer.from(left, 'hex');
  const b = Buffer.from(right, 'hex');
  return a.length === b.length && a.length > 0 && timingSafeEqual(a, b);
}

function checksumOf(id: string, secret: string): string {
  return base62(BigInt(crc32(`${id}_${secret}`)), 6);
}

function base62(number: bigint, width: number): string {
  let digits = '';
  for (let rest = number; rest > 0n; rest /= 62n) digits = (DIGITS[Number(rest % 62n)] ?? '') + digits;
  return digits.padStart(width, '0');
}
