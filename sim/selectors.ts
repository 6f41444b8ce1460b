/** What a selector is asked about. */
export interface Selectable {
  readonly labels: Readonly<Record<string, string>>;
  /** `metadata.name`, `metadata.namespace`, `spec.nodeName`, `status.phase`, an event's `type`. */
  readonly fields: Readonly<Record<string, string>>;
}

export type Selector = (object: Selectable) => boolean;

/** Thrown for a selector that cannot be read; becomes a 400. */
export class SelectorError extends Error {}

/** Reads a label selector: equality (`a=b`, `a!=b`), sets (`a in (b,c)`, `a notin (b)`) and existence (`a`, `!a`). */
export function parseLabelSelector(text: string): Selector {
  const tests = text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(labelTest);
  return (object) => tests.every((test) => test(object.labels));
}

function labelTest(part: string): (labels: Readonly<Record<string, string>>) => boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[key] ?? '\0') === (operator === 'in');
  }
  const equality = /^([^!=\s]+)\s*(!=|==|=)\s*(\S*)$/.exec(part);
  if (equality) {
    const [, key = '', operator, value = ''] = equality;
    return (labels) => (labels[key] === value) === (operator !== '!=');
  }
  const existence = /^(!?)([^!=\s()]+)$/.exec(part);
  if (!existence) throw new SelectorError(`unable to parse requirement: ${part}`);
  return (labels) => existence[2] !== undefined && existence[2] in labels === (existence[1] === '');
}

/** Reads a field selector: `field=value` and `field!=value` of the fields that an object has. */
export function parseFieldSelector(text: string): Selector {
  const known = ['metadata.name', 'metadata.namespace', 'spec.nodeName', 'status.phase', 'type'];
  const tests = text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [, key = '', operator, value = ''] = /^([^!=]+)(!=|==|=)(.*)$/.exec(part) ?? [];
      if (!known.includes(key)) throw new SelectorError(`field label not supported: ${key || part}`);
      return (object: Selectable) => (object.fields[key] === value) === (operator !== '!=');
    });
  return (object) => tests.every((test) => test(object));
}
