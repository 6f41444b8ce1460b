/** One step into a document: a field of a map, or the item of a list that has a field of a value. */
export type PathStep = { readonly key: string } | { readonly where: string; readonly equals: string };

const STEP = /^(?<key>[^[\]]+)(?:\[(?<where>[A-Za-z]+)=(?<equals>[^[\]]+)\])?$/;

/** Fields that say which object it is, and those that only the API server writes. */
const FORBIDDEN =
  /^\/(?:apiVersion|kind|status|metadata(?:\/(?:name|namespace|generateName|uid|ownerReferences|finalizers|managedFields)(?:\/.*)?)?)$/;

/**
 * Reads a place such as `/spec/template/spec/containers[name=web]/env[name=A]/value`: a JSON pointer (RFC 6901, with `~1` and `~0`) whose lists are entered
 * by a field of their items.
 *
 * @returns the steps, or what is wrong with it
 */
export function parsePath(path: string): readonly PathStep[] | { readonly problem: string } {
  if (!path.startsWith('/')) return { problem: 'must begin with a slash' };
  if (FORBIDDEN.test(path)) return { problem: 'names a field that a stack cannot set' };
  const steps: PathStep[] = [];
  for (const part of splitPath(path.slice(1))) {
    const found = STEP.exec(part)?.groups;
    const key = found?.['key']?.replaceAll('~1', '/').replaceAll('~0', '~');
    if (key === undefined || key === '__proto__') return { problem: `has a step that is none: ${part}` };
    steps.push({ key });
    if (found?.['where'] !== undefined) steps.push({ where: found['where'], equals: found['equals'] ?? '' });
  }
  return steps;
}

/** Slashes in brackets part nothing. */
function splitPath(text: string): string[] {
  return text.split(/\/(?![^[\]]*\])/);
}
