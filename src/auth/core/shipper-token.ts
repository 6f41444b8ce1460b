const SCHEME = /^(basic|apikey) +([A-Za-z0-9+/_-]{4,8192}={0,2})$/i;

/**
 * The token in what a shipper sends to log in to Elasticsearch: `Basic` with any user name and the token as password, or `ApiKey` with any id and the token as key, or the token alone. Undefined for
 * anything else.
 */
export function shipperToken(authorization: string): string | undefined {
  const [, scheme, encoded] = SCHEME.exec(authorization.trim()) ?? [];
  if (scheme === undefined || encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0 && scheme.toLowerCase() === 'basic') return undefined;
  const token = text.slice(colon + 1);
  return token === '' || /\s/.test(token) ? undefined : token;
}
