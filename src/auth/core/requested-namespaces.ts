/** Where a call may name namespaces. */
export interface CallInput {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

/**
 * The namespaces that a call names as `namespace` in its path, its query or its JSON body, without repeats. Empty: it names none, and an
 * answer is about all that the caller may see. What is malformed is left out here; the route's schema refuses it.
 */
export function requestedNamespaces(input: CallInput): readonly string[] {
  const found = [input.params, input.query, input.body].flatMap(namespaceOf);
  return [...new Set(found)];
}

function namespaceOf(source: unknown): string[] {
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, 'namespace')) return [];
  const { namespace } = source as { namespace: unknown };
  const values = Array.isArray(namespace) ? namespace : [namespace];
  return values.filter((value): value is string => typeof value === 'string' && value !== '');
}
