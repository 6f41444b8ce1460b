const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const ENTRY = /^(?:([^=:/]*)=)?([a-z]+):(https?:\/\/.*)$/;
const MOST_SINKS = 20;
const SECRETS = /token|user|pw|pass/i;

/** What kinds of places things are copied to. */
export type SinkType = 'influxdb' | 'elasticsearch';

/** A sink in InfluxDB, as its entry names it. */
export interface SinkEntry {
  /** Lower case letters, digits and `-`. */
  readonly name: string;
  readonly type: 'influxdb';
  /** Without query and credentials. */
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
}

export interface Mistaken {
  readonly mistakes: readonly string[];
}

/** Reads `[name=]<type>:<url>?<options>`, separated by spaces or line ends: `--sink` of Heapster and Eventer, with a name. */
export function parseSinkEntries<Sink extends { readonly name: string }>(
  text: string,
  parseEntry: (entry: string) => Sink | Mistaken,
): { readonly sinks: Sink[]; readonly mistakes: string[] } {
  const sinks: Sink[] = [];
  const mistakes: string[] = [];
  const entries = text.split(/\s+/).filter((entry) => entry !== '');
  for (const [index, entry] of entries.entries()) {
    const parsed = parseEntry(entry);
    if ('mistakes' in parsed) mistakes.push(...parsed.mistakes.map((mistake) => `sink ${index + 1}: ${mistake}`));
    else sinks.push(parsed);
  }
  if (entries.length > MOST_SINKS) mistakes.push(`${entries.length} sinks; allowed: ${MOST_SINKS}`);
  return { sinks, mistakes };
}

/** The name, the type and the URL of an entry. */
export function readSinkEntry<Type extends SinkType>(
  entry: string,
  types: readonly Type[],
): { readonly name: string; readonly type: Type; readonly url: URL } | Mistaken {
  const [, given, written, address = ''] = ENTRY.exec(entry) ?? [];
  const type = types.find((one) => one === written);
  if (!type || !URL.canParse(address)) {
    const forms = types.map((one) => `[name=]${one}:http(s)://host:port/?options`).join(' or ');
    return { mistakes: [`allowed: ${forms}, entries separated by spaces`] };
  }
  const name = given ?? type;
  if (!NAME.test(name)) return { mistakes: ['a name has 1 to 40 of a-z, 0-9 and -, no - at its ends'] };
  return { name, type, url: new URL(address) };
}

/** Where a sink writes; `db` of the originals is our `bucket`. */
export function sinkOf(name: string, url: URL): SinkEntry {
  const option = (key: string): string | undefined => url.searchParams.get(key) || undefined;
  return {
    name,
    type: 'influxdb',
    url: addressOf(url),
    org: option('org') ?? 'quartermaster',
    bucket: option('bucket') ?? option('db') ?? 'k8s',
  };
}

/** Without query and credentials. */
export function addressOf(url: URL): string {
  return `${url.origin}${url.pathname}`.replace(/\/$/, '');
}

/** Options that there are not; what looks like a credential is said by `credentialsIn`. */
export function unknownOptions(name: string, url: URL, known: readonly string[]): string[] {
  const unknown = [...url.searchParams.keys()].filter((key) => !known.includes(key) && !SECRETS.test(key));
  return unknown.map((key) => `${name}: there is no option ${key}; allowed: ${known.join(', ')}`);
}

/** What to do with credentials that stand in an entry, without showing them. */
export function credentialsIn(name: string, url: URL, kind: SinkKind): string[] {
  const keys = [...url.searchParams.keys()];
  if (url.username === '' && url.password === '' && !keys.some((key) => SECRETS.test(key))) return [];
  const token = sinkVariable(name, 'TOKEN', kind);
  const user = sinkVariable(name, 'USERNAME', kind);
  const password = sinkVariable(name, 'PASSWORD', kind);
  return [`${name}: credentials do not belong here; set ${token} (or ${token}_FILE), or ${user} and ${password}`];
}

export function calledTwice(name: string): string {
  return `two sinks are called ${name}: give each a name of its own (name=...)`;
}

export type SinkKind = 'METRIC_SINK' | 'EVENT_SINK';

/** The variable of a sink's secret: `METRIC_SINK_ARCHIVE_TOKEN`. */
export function sinkVariable(sink: string, part: 'TOKEN' | 'USERNAME' | 'PASSWORD', kind: SinkKind): string {
  return `${kind}_${sink.toUpperCase().replaceAll('-', '_')}_${part}`;
}
