import { parseAccept } from './parse-accept.js';

/** Whether an `Accept-Encoding` header takes gzip (RFC 9110, 12.5.3). */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const codings = parseAccept(acceptEncoding ?? '');
  const named = codings.find(({ value }) => value === 'gzip' || value === 'x-gzip');
  return (named ?? codings.find(({ value }) => value === '*') ?? { weight: 0 }).weight > 0;
}
