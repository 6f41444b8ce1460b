/** What an operation declares about what it does. */
export interface AuditedOperation {
  readonly verb: string;
  readonly role?: string;
}

const READING_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const READING_VERBS = new Set(['get', 'list']);

/**
 * Whether a call changes something: by its method, unless the operation declares that it only reads (a query in the body of a POST). What agents tell of their
 * tasks is a record of its own, and comes every second; so are the lines that shippers send.
 */
export function changesSomething(method: string, operation?: AuditedOperation): boolean {
  if (operation?.role === 'agent' || operation?.role === 'ingest') return false;
  return !READING_METHODS.has(method) && !(operation && READING_VERBS.has(operation.verb));
}

/** What the audit trail does with an answered call: a row, a count of many (so that a flood of them costs no disk), or nothing. */
export type AuditAs = 'row' | 'counted' | 'nothing';

/**
 * How a call that was not begun in the trail is audited: what changes something always leaves a trace, and so does the refusal of a caller or of
 * somebody who showed a wrong token. Reading, and asking without showing anything, leave none. Strangers who are refused for their rate are
 * only counted.
 */
export function auditAs(call: {
  readonly changes: boolean;
  readonly isKnown: boolean;
  readonly presented: boolean;
  readonly status: number;
}): AuditAs {
  if (call.status === 429 && !call.isKnown) return 'counted';
  const isRefusal = call.status === 401 || call.status === 403;
  return call.changes || (isRefusal && (call.isKnown || call.presented)) ? 'row' : 'nothing';
}

/** How a call ended, by its HTTP status. */
export function outcomeOf(status: number): 'succeeded' | 'refused' | 'failed' {
  if (status < 400) return 'succeeded';
  return status === 401 || status === 403 || status === 429 ? 'refused' : 'failed';
}

/** A text as it may stand in the trail: no control characters (a database takes no NUL), and of bounded length. */
export function auditText(text: string, maxLength: number): string {
  const harmless = Array.from(text, (char) => (/\p{C}/u.test(char) ? '\uFFFD' : char)).join('');
  return harmless.length > maxLength ? `${harmless.slice(0, maxLength - 1)}…` : harmless;
}
