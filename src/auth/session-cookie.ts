import { fastifyCookie } from '@fastify/cookie';

/**
 * The cookie of a browser's log-in. `__Host-` makes browsers insist on Secure, Path=/ and no Domain, so no other host can set or read it.
 * Chrome and Firefox take Secure cookies over plain HTTP from loopback addresses; Safari does not, it needs HTTPS.
 */
export const SESSION_COOKIE = '__Host-quartermaster';

const ATTRIBUTES = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;

/** The value in a `Cookie` header, or undefined. */
export function sessionCookieIn(header: string | undefined): string | undefined {
  return header === undefined ? undefined : fastifyCookie.parse(header)[SESSION_COOKIE] || undefined;
}

/** The `Set-Cookie` header that logs a browser in. */
export function setSessionCookie(value: string, expiresAtMs: number): string {
  return fastifyCookie.serialize(SESSION_COOKIE, value, { ...ATTRIBUTES, expires: new Date(expiresAtMs) });
}

/** The `Set-Cookie` header that logs a browser out. */
export function clearSessionCookie(): string {
  return fastifyCookie.serialize(SESSION_COOKIE, '', { ...ATTRIBUTES, maxAge: 0 });
}
