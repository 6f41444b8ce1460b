import type { ShippedOrigin } from '../../core/shippers/read-origin.js';
import type { BulkRefusal } from './parse-bulk.js';

/** Why a caller may not write a line: it is limited to namespaces and the line is of another, or of none. Undefined when it may. */
export function whyNotWrite(origin: ShippedOrigin, namespaces: readonly string[] | undefined): BulkRefusal | undefined {
  if (!namespaces || (origin.namespace !== undefined && namespaces.includes(origin.namespace))) return undefined;
  const reason = `this token writes lines of the namespaces ${namespaces.join(', ')} alone`;
  return { status: 403, type: 'security_exception', reason };
}
