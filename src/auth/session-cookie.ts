/**
 * The cookie of a browser's log-in. `__Host-` makes browsers insist on Secure, Path=/ and no Domain, so no other host can set or read it.
 * Chrome and Firefox take Secure cookies over plain HTTP from loopback addresses; Safari does not, it needs HTTPS.
 */
export const SESSION_COOKIE = '__Host-quartermaster';

const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict';

/** The value in a `Cookie` header, or undefined. Values are base64url, so nothing in them is quoted or escaped. */
export function sessionCookieIn(header: string | undefined): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(`${SESSION_COOKIE}=`));
  return found?.slice(SESSION_COOKIE.length + 1) || undefined;
}

/** The `Set-Cookie` header that logs a browser in. */
export function setSessionCookie(value: string, expiresAtMs: number): string {
  return `${SESSION_COOKIE}=${value}; ${ATTRIBUTES}; Expires=${new Date(expiresAtMs).toUTCString()}`;
}

/** The `Set-Cookie` header that logs a browser out. */
export function clearSessionCookie(): string {
  return `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;
}
