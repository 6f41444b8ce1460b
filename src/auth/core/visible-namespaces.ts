import type { Caller } from './caller.js';

/** Which namespaces an answer may show. */
export type Visible =
  | { readonly allowed: true; readonly because: string; /** Absent: all. */ readonly namespaces?: readonly string[] }
  | { readonly allowed: false; readonly because: string };

/**
 * Which namespaces a call may show: the requested one, or without a request all that the caller may see.
 *
 * Naming a namespace that the caller may not see is refused whether or not it exists, so the answer tells nothing about it.
 *
 * @param requested the namespace that the call names; absent or `''`: none
 */
export function visibleNamespaces(caller: Pick<Caller, 'namespaces'>, requested?: string): Visible {
  const named = requested === undefined || requested === '' ? undefined : requested;
  if (!caller.namespaces) {
    return named === undefined
      ? { allowed: true, because: 'the caller may see all namespaces' }
      : { allowed: true, because: 'the caller may see all namespaces and asks for one', namespaces: [named] };
  }
  if (named === undefined) {
    return { allowed: true, because: 'the caller sees its namespaces alone', namespaces: caller.namespaces };
  }
  if (!caller.namespaces.includes(named)) {
    return { allowed: false, because: `namespace ${named} is not among the caller's` };
  }
  return { allowed: true, because: "the namespace is among the caller's", namespaces: [named] };
}
