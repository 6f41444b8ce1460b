/** What a registry asks for: RFC 9110 11.6.1, and distribution's token authentication. */
export type Challenge =
  { readonly scheme: 'basic' } | { readonly scheme: 'bearer'; readonly realm: string; readonly service?: string };

/** The first challenge of `WWW-Authenticate` that is understood. */
export function readChallenge(header: string | undefined): Challenge | undefined {
  const [, scheme = ''] = /^\s*(basic|bearer)\b/i.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'basic') return { scheme: 'basic' };
  const parameters = new Map(
    [...(header ?? '').matchAll(/\b(realm|service)="([^"]*)"/gi)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value,
    ]),
  );
  const realm = parameters.get('realm');
  const service = parameters.get('service');
  if (scheme === '' || realm === undefined) return undefined;
  return { scheme: 'bearer', realm, ...(service === undefined ? {} : { service }) };
}
