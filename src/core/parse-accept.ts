/** One entry of an `Accept` or `Accept-Encoding` header. */
export interface Accepted {
  /** The media range or coding, in small letters. */
  readonly value: string;
  /** Names in small letters; without `q`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** From 0 (not acceptable) to 1. */
  readonly weight: number;
}

/** The entries of such a header, in order; what is no entry is left out. Source: RFC 9110, 12.4.2 and 12.5. */
export function parseAccept(header: string): Accepted[] {
  return header.split(',').flatMap((entry) => {
    const [value = '', ...rest] = entry.split(';').map((part) => part.trim());
    if (value === '') return [];
    const parameters = new Map(rest.map(parameterOf));
    const weight = weightOf(parameters.get('q'));
    parameters.delete('q');
    return [{ value: value.toLowerCase(), parameters, weight }];
  });
}

function parameterOf(text: string): [name: string, value: string] {
  const [name = '', value = ''] = text.split('=', 2);
  return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')];
}

/** A weight that is none does not count against the entry. */
function weightOf(text: string | undefined): number {
  return text !== undefined && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 1;
}
