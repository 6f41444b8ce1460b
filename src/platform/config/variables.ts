import { z } from 'zod';
import { parseDuration } from '../../core/duration.js';
import { toBytes } from '../../core/quantity.js';

/** One environment variable: how it is read, and the row of `docs/configuration.md`. */
export interface Variable<Key extends string = string, Schema extends z.ZodType = z.ZodType> {
  /** The field of `Config`, with its unit in the name. */
  readonly as: Key;
  readonly schema: Schema;
  /** What an unset variable means, as it is written in the environment; undefined when there is no default. */
  readonly default?: string;
  readonly unit?: string;
  readonly description: string;
  /** A secret is also read from the file that `<NAME>_FILE` names, and is censored in logs. */
  readonly secret?: true;
  readonly group: string;
}

/** Declares a variable and keeps the literal type of its field name. */
export function variable<Key extends string, Schema extends z.ZodType>(
  row: Variable<Key, Schema>,
): Variable<Key, Schema> {
  return row;
}

/** A parser of text whose errors say what is allowed. */
export function parsed<T>(allowed: string, parse: (text: string) => T | undefined) {
  return z.string().transform((text, context): T => {
    const value = attempt(() => parse(text));
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: allowed });
    return z.NEVER;
  });
}

function attempt<T>(parse: () => T | undefined): T | undefined {
  try {
    return parse();
  } catch {
    return undefined; // a parser's exception means: not allowed
  }
}

export const text = z.string().min(1);

/** A text of a pattern. */
export function parsedName(allowed: string, pattern: RegExp) {
  return parsed(allowed, (value) => (pattern.test(value) ? value : undefined));
}

export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `allowed: ${values.join(', ')}` });
}

/** Names or addresses, separated by commas. */
export const names = parsed('allowed: names or addresses separated by commas', (value) => {
  const list = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return list.every((name) => /^[\w.:*-]{1,253}$/.test(name)) ? list : undefined;
});

/** Names of Prometheus metrics, separated by commas; `*` at the end stands for any rest. */
export function metricNames(most: number) {
  return parsed(`allowed: at most ${most} names of metrics separated by commas, * at the end for any rest`, (value) => {
    const list = value
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    return list.length <= most && list.every((name) => /^[a-zA-Z_:][\w:]{0,199}\*?$/.test(name)) ? list : undefined;
  });
}

export const flag = z.enum(['true', 'false'], { error: 'allowed: true, false' }).transform((value) => value === 'true');

export function integer(least: number, most: number) {
  return parsed(`allowed: a whole number from ${least} to ${most}`, (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : NaN;
    return number >= least && number <= most ? number : undefined;
  });
}

/** A duration such as `30s`; the value is milliseconds. */
export function duration(least: string, most: string) {
  return parsed(`allowed: a duration from ${least} to ${most}, such as 30s, 5m or 1h`, (value) => {
    const ms = parseDuration(value);
    return ms >= parseDuration(least) && ms <= parseDuration(most) ? ms : undefined;
  });
}

/** A size such as `256Mi`; the value is bytes. */
export function size(least: string, most: string) {
  return parsed(`allowed: a size from ${least} to ${most}, such as 256Mi or 2Gi`, (value) => {
    const bytes = toBytes(value);
    return bytes >= toBytes(least) && bytes <= toBytes(most) ? bytes : undefined;
  });
}

/** A URL with one of the given schemes. */
export function url(...schemes: readonly string[]) {
  return parsed(`allowed: a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`, (value) =>
    schemes.includes(new URL(value).protocol.slice(0, -1)) ? value : undefined,
  );
}

/** A container runtime's socket. CRI is spoken on `unix`, the Docker Engine API on `docker`. */
export const endpoint = parsed(
  'allowed: the absolute path of a socket as unix:///path (CRI) or docker:///path (Docker Engine)',
  (value) => {
    const [, scheme, socketPath] = /^(unix|docker):\/\/(\/[^?#]+)$/.exec(value) ?? [];
    if (socketPath === undefined) return undefined;
    return { kind: scheme === 'docker' ? ('docker' as const) : ('cri' as const), socketPath };
  },
);
