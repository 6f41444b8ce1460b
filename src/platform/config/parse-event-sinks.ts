import {
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
export interface EventSinkSetting extends SinkEntry {
  readonly withFields: boolean;
}

/** Eventer's `db` is our `bucket`. */
const OPTIONS = ['org', 'bucket', 'db', 'withfields'];

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
  const read = readSinkEntry(entry);
  if ('mistakes' in read) return read;
  const { name, url } = read;
  const mistakes = mistakesOf(name, url);
  if (mistakes.length > 0) return { mistakes };
  return { ...sinkOf(name, url), withFields: url.searchParams.get('withfields') === 'true' };
}

function mistakesOf(name: string, url: URL): string[] {
  const isTruth = ['true', 'false', null].includes(url.searchParams.get('withfields'));
  return [
    ...unknownOptions(name, url, OPTIONS),
    ...(isTruth ? [] : [`${name}: withfields is true or false`]),
    ...credentialsIn(name, url, 'EVENT_SINK'),
  ];
}
