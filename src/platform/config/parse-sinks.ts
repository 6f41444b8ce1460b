import { isDurationBetween, parseDuration } from '../../core/duration.js';
import { LabelSelectorError, parseLabelSelector } from '../../core/label-selector.js';
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

/** A further place that metrics are copied to, as `METRIC_SINKS` names it; its secrets are variables of their own. */
export interface MetricSinkSetting extends SinkEntry {
  readonly metrics: readonly string[];
  readonly excludeMetrics: readonly string[];
  readonly namespaces: readonly string[];
  readonly labelSelector?: string;
  /** How long the sink's own bucket keeps points, ms. */
  readonly retentionMs?: number;
}

/** Heapster's `db` is our `bucket`. */
const OPTIONS = ['org', 'bucket', 'db', 'metrics', 'excludeMetrics', 'namespaces', 'labels', 'retention'];
/** InfluxDB's least is an hour. */
const [LEAST_RETENTION, MOST_RETENTION] = ['1h', '10000d'];

/** Reads `METRIC_SINKS`. No mistake shows what a URL holds of credentials. */
export function parseSinks(text: string): { readonly sinks: MetricSinkSetting[]; readonly mistakes: string[] } {
  const { sinks, mistakes } = parseSinkEntries(text, parseSink);
  return { sinks, mistakes: [...mistakes, ...findClashes(sinks)] };
}

function parseSink(entry: string): MetricSinkSetting | Mistaken {
  const read = readSinkEntry(entry, ['influxdb']);
  if ('mistakes' in read) return read;
  const { name, url } = read;
  const mistakes = findMistakes(name, url);
  if (mistakes.length > 0) return { mistakes };
  const option = (key: string): string | undefined => url.searchParams.get(key) || undefined;
  const labelSelector = option('labels');
  const retention = option('retention');
  return {
    ...sinkOf(name, url),
    metrics: list(option('metrics')),
    excludeMetrics: list(option('excludeMetrics')),
    namespaces: list(option('namespaces')),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(retention === undefined ? {} : { retentionMs: parseDuration(retention) }),
  };
}

function findMistakes(name: string, url: URL): string[] {
  const keys = [...url.searchParams.keys()];
  const mistakes = keys
    .filter((key, index) => keys.indexOf(key) !== index)
    .map((key) => `${name}: ${key} is given twice`);
  mistakes.push(...credentialsIn(name, url, 'METRIC_SINK'), ...unknownOptions(name, url, OPTIONS));
  const retention = url.searchParams.get('retention');
  if (retention && !isDurationBetween(retention, parseDuration(LEAST_RETENTION), parseDuration(MOST_RETENTION)))
    mistakes.push(`${name}: retention is a duration from ${LEAST_RETENTION} to ${MOST_RETENTION}, such as 400d`);
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
      if (other.name === sink.name) clashes.push(calledTwice(sink.name));
      else if (other.url === sink.url && other.org === sink.org && other.bucket === sink.bucket) {
        clashes.push(`${other.name} and ${sink.name} write to one bucket: give each its own`);
      }
    }
  }
  return clashes;
}

function list(text = ''): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
