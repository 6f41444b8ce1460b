import { sinkVariable } from './parse-sinks.js';

/** A further place that events are copied to, as `EVENT_SINKS` names it; its secrets are variables of their own. */
export interface EventSinkSetting {
  /** Lower case letters, digits and `-`. */
  readonly name: string;
  readonly type: 'influxdb';
  /** Without query and credentials. */
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly withFields: boolean;
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const ENTRY = /^(?:([^=:/]*)=)?([a-z]+):(https?:\/\/.*)$/;
/** Eventer's `db` is our `bucket`. */
const OPTIONS = ['org', 'bucket', 'db', 'withfields'];
const MOST_SINKS = 20;
const SECRETS = /token|user|pw|pass/i;

/**
 * Reads `[name=]influxdb:<url>?<options>`, separated by spaces or line ends: Eventer's `--sink`, with a name. No mistake shows what a URL holds of credentials.
 */
export function parseEventSinks(text: string): {
  readonly sinks: readonly EventSinkSetting[];
  readonly mistakes: readonly string[];
} {
  const entries = text.split(/\s+/).filter((entry) => entry !== '');
  const parsed = entries.map(parseEntry);
  const sinks = parsed.flatMap((entry) => ('mistakes' in entry ? [] : [entry]));
  const mistakes = parsed.flatMap((entry, index) =>
    'mistakes' in entry ? entry.mistakes.map((mistake) => `sink ${index + 1}: ${mistake}`) : [],
  );
  if (entries.length > MOST_SINKS) mistakes.push(`${entries.length} sinks; allowed: ${MOST_SINKS}`);
  const names = sinks.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  mistakes.push(
    ...twice.map((name) => `two sinks are called ${name}: give each a name of its own (name=influxdb:...)`),
  );
  return { sinks, mistakes };
}

function parseEntry(entry: string): EventSinkSetting | { readonly mistakes: readonly string[] } {
  const [, given, type, address = ''] = ENTRY.exec(entry) ?? [];
  if (type !== 'influxdb' || !URL.canParse(address))
    return { mistakes: ['allowed: [name=]influxdb:http(s)://host:port/?options, entries separated by spaces'] };
  const name = given ?? type;
  if (!NAME.test(name)) return { mistakes: ['a name has 1 to 40 of a-z, 0-9 and -, no - at its ends'] };
  const url = new URL(address);
  const mistakes = mistakesOf(name, url);
  if (mistakes.length > 0) return { mistakes };
  const option = (key: string): string | undefined => url.searchParams.get(key) || undefined;
  return {
    name,
    type,
    url: `${url.origin}${url.pathname}`.replace(/\/$/, ''),
    org: option('org') ?? 'quartermaster',
    bucket: option('bucket') ?? option('db') ?? 'k8s',
    withFields: option('withfields') === 'true',
  };
}

function mistakesOf(name: string, url: URL): string[] {
  const keys = [...url.searchParams.keys()];
  const unknown = keys.filter((key) => !OPTIONS.includes(key) && !SECRETS.test(key));
  const mistakes = unknown.map((key) => `${name}: there is no option ${key}; allowed: ${OPTIONS.join(', ')}`);
  if (!['true', 'false', null].includes(url.searchParams.get('withfields')))
    mistakes.push(`${name}: withfields is true or false`);
  if (url.username === '' && url.password === '' && !keys.some((key) => SECRETS.test(key))) return mistakes;
  const [token, user, password] = (['TOKEN', 'USERNAME', 'PASSWORD'] as const).map((part) =>
    sinkVariable(name, part, 'EVENT_SINK'),
  );
  return [
    ...mistakes,
    `${name}: credentials do not belong here; set ${token} (or ${token}_FILE), or ${user} and ${password}`,
  ];
}
