import {
  addressOf,
  calledTwice,
  credentialsIn,
  parseSinkEntries,
  readSinkEntry,
  type Mistaken,
  sinkOf,
  type SinkEntry,
  unknownOptions,
} from './sink-entries.js';

/** A further place that events are copied to, as `EVENT_SINKS` names it; its secrets are variables of their own. */
export type EventSinkSetting = (SinkEntry & { readonly withFields: boolean }) | ElasticsearchSinkSetting;

export interface ElasticsearchSinkSetting {
  readonly name: string;
  readonly type: 'elasticsearch';
  readonly url: string;
  /** What the names of its indices begin with. */
  readonly index: string;
}

/** Eventer's `db` is our `bucket`. */
const OPTIONS = { influxdb: ['org', 'bucket', 'db', 'withfields'], elasticsearch: ['index'] } as const;
/** So that `<index>-2026.01.02` is a name that Elasticsearch takes. */
const INDEX = /^[a-z0-9][a-z0-9_.-]{0,99}$/;

/** Reads `EVENT_SINKS`. No mistake shows what a URL holds of credentials. */
export function parseEventSinks(text: string): {
  readonly sinks: readonly EventSinkSetting[];
  readonly mistakes: readonly string[];
} {
  const { sinks, mistakes } = parseSinkEntries(text, parseEntry);
  const names = sinks.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return { sinks, mistakes: [...mistakes, ...twice.map(calledTwice)] };
}

function parseEntry(entry: string): EventSinkSetting | Mistaken {
  const read = readSinkEntry(entry, ['influxdb', 'elasticsearch']);
  if ('mistakes' in read) return read;
  const { name, type, url } = read;
  const index = url.searchParams.get('index') || 'heapster'; // Eventer's
  const mistakes = [
    ...unknownOptions(name, url, OPTIONS[type]),
    ...(['true', 'false', null].includes(url.searchParams.get('withfields'))
      ? []
      : [`${name}: withfields is true or false`]),
    ...(INDEX.test(index)
      ? []
      : [`${name}: an index has 1 to 100 of a-z, 0-9, _, . and -, and begins with one of a-z, 0-9`]),
    ...credentialsIn(name, url, 'EVENT_SINK'),
  ];
  if (mistakes.length > 0) return { mistakes };
  if (type === 'elasticsearch') return { name, type, url: addressOf(url), index };
  return { ...sinkOf(name, url), withFields: url.searchParams.get('withfields') === 'true' };
}
