import { LabelSelectorError, parseLabelSelector } from '../../core/label-selector.js';

/** A further place that metrics are copied to, as `METRIC_SINKS` names it; its secrets are variables of their own. */
export interface MetricSinkSetting {
  /** Lower case letters, digits and `-`. */
  readonly name: string;
  readonly type: 'influxdb';
  /** Without query and credentials. */
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly metrics: readonly string[];
  readonly excludeMetrics: readonly string[];
  readonly namespaces: readonly string[];
  readonly labelSelector?: string;
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const ENTRY = /^(?:([^=:/]*)=)?([a-z]+):(https?:\/\/.*)$/;
/** Heapster's `db` is our `bucket`. */
const OPTIONS = ['org', 'bucket', 'db', 'metrics', 'excludeMetrics', 'namespaces', 'labels'];
const MOST_SINKS = 20;
const SECRETS = /token|user|pw|pass/i;

/**
 * Reads `[name=]influxdb:<url>?<options>`, separated by spaces or line ends: Heapster's `--sink`, with a name.
 * No mistake shows what a URL holds of credentials.
 */
export function parseSinks(text: string): { readonly sinks: MetricSinkSetting[]; readonly mistakes: string[] } {
  const sinks: MetricSinkSetting[] = [];
  const mistakes: string[] = [];
  const entries = text.split(/\s+/).filter((entry) => entry !== '');
  for (const [index, entry] of entries.entries()) {
    const parsed = parseSink(entry);
    if ('mistakes' in parsed) mistakes.push(...parsed.mistakes.map((mistake) => `sink ${index + 1}: ${mistake}`));
    else sinks.push(parsed);
  }
  if (entries.length > MOST_SINKS) mistakes.push(`${entries.length} sinks; allowed: ${MOST_SINKS}`);
  return { sinks, mistakes: [...mistakes, ...findClashes(sinks)] };
}

function parseSink(entry: string): MetricSinkSetting | { readonly mistakes: string[] } {
  const [, given, type, address = ''] = ENTRY.exec(entry) ?? [];
  if (type !== 'influxdb' || !URL.canParse(address)) {
    return { mistakes: ['allowed: [name=]influxdb:http(s)://host:port/?options, entries separated by spaces'] };
  }
  const name = given ?? type;
  if (!NAME.test(name)) return { mistakes: ['a name has 1 to 40 of a-z, 0-9 and -, no - at its ends'] };
  const url = new URL(address);
  const mistakes = findMistakes(name, url);
  if (mistakes.length > 0) return { mistakes };
  const option = (key: string): string | undefined => url.searchParams.get(key) || undefined;
  const labelSelector = option('labels');
  return {
    name,
    type,
    url: `${url.origin}${url.pathname}`.replace(/\/$/, ''),
    org: option('org') ?? 'quartermaster',
    bucket: option('bucket') ?? option('db') ?? 'k8s',
    metrics: list(option('metrics')),
    excludeMetrics: list(option('excludeMetrics')),
    namespaces: list(option('namespaces')),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
}

function findMistakes(name: string, url: URL): string[] {
  const variable = sinkVariable(name, 'TOKEN');
  const keys = [...url.searchParams.keys()];
  const mistakes = keys
    .filter((key, index) => keys.indexOf(key) !== index)
    .map((key) => `${name}: ${key} is given twice`);
  if (url.username !== '' || url.password !== '' || keys.some((key) => SECRETS.test(key))) {
    mistakes.push(
      `${name}: credentials do not belong here; set ${variable} (or ${variable}_FILE), or ${sinkVariable(name, 'USERNAME')} and ${sinkVariable(name, 'PASSWORD')}`,
    );
  }
  for (const key of keys.filter((key) => !OPTIONS.includes(key) && !SECRETS.test(key))) {
    mistakes.push(`${name}: there is no option ${key}; allowed: ${OPTIONS.join(', ')}`);
  }
  try {
    parseLabelSelector(url.searchParams.get('labels') ?? '');
  } catch (error) {
    if (!(error instanceof LabelSelectorError)) throw error;
    mistakes.push(`${name}: labels ${error.message}`);
  }
  return mistakes;
}

/** Two sinks of one bucket would take each other's points for their own. */
function findClashes(sinks: readonly MetricSinkSetting[]): string[] {
  const clashes: string[] = [];
  for (const [index, sink] of sinks.entries()) {
    for (const other of sinks.slice(0, index)) {
      if (other.name === sink.name)
        clashes.push(`two sinks are called ${sink.name}: give each a name of its own (name=influxdb:...)`);
      else if (other.url === sink.url && other.org === sink.org && other.bucket === sink.bucket) {
        clashes.push(`${other.name} and ${sink.name} write to one bucket: give each its own`);
      }
    }
  }
  return clashes;
}

/** The variable of a sink's secret: `METRIC_SINK_ARCHIVE_TOKEN`. */
export function sinkVariable(
  sink: string,
  part: 'TOKEN' | 'USERNAME' | 'PASSWORD',
  kind: 'METRIC_SINK' | 'EVENT_SINK' = 'METRIC_SINK',
): string {
  return `${kind}_${sink.toUpperCase().replaceAll('-', '_')}_${part}`;
}

function list(text = ''): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
