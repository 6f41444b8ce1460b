import type { Metric } from '../../core/catalogue/metric.js';
import { aliasesOf, METRICS } from '../../core/metric-catalogue.js';
import { COLLECTION_FAMILIES } from './collection-families.js';
import { toOpenMetricsName } from './to-open-metrics-name.js';

/** The pages of the documentation that are made from the catalogue: `docs/metrics.md`, and the table of names in `docs/prometheus.md`. */

const HEAD = `<!-- Made by \`npm run docs\` from src/metrics/core/catalogue; do not edit. -->

# Metrics

Every metric, with the name that queries take and the one that Prometheus sees (\`docs/prometheus.md\`). \`GET /api/v1/metrics/catalogue\` answers the same.

- **kind**: a \`gauge\` is a level, a \`cumulative\` metric counts up since its object started.
- **objects**: which kinds of objects have it: \`cluster\`, \`ns\` (namespace), \`node\`, \`pod\`, \`pod_container\`, \`sys_container\` (kubelet, runtime, all pods).
- **each**: a metric of a family exists once for each \`resource\` of an object: file system, network interface, persistent volume claim or extended resource.
- **kept**: what history keeps of it in rows of five minutes and an hour: of a gauge min, max and sum, of a counter its last value and its increase, of a constant its last value.
- **from**: Heapster had a metric of this name and meaning (*Heapster*), or it is Quartermaster's own (*ours*).

A value that is not known is absent; it is never a zero.
`;

/** `docs/metrics.md`: every metric of the catalogue. */
export function describeMetrics(): string {
  const subjects = [
    ...Map.groupBy(COLLECTED, ({ name }) => (name.includes('/') ? name.split('/', 1)[0] : 'lifecycle')),
  ];
  const sections = subjects.map(([subject, metrics]) => `## ${subject}\n\n${metrics.map(describeMetric).join('\n')}`);
  const absent = METRICS.filter(({ objects }) => objects.length === 0);
  return `${HEAD}
${sections.join('\n')}
## Not collected

Heapster had these; no kubelet of today tells them.

${table(
  ['name', 'what', 'why'],
  absent.map(({ name, description, source }) => [code(name), description, source.replace('not collected: ', '')]),
)}`;
}

/** Of the metrics that there are: family, type, unit and where it stems from, by name. */
export function describePrometheusNames(): string {
  const rows = COLLECTED.map((metric) => {
    const { sample, type } = toOpenMetricsName(metric);
    return [code(sample), type, metric.objects.map(code).join(' '), code(metric.name), metric.description];
  });
  const collection = COLLECTION_FAMILIES.map(({ name, help }) => [
    code(name),
    'gauge',
    '',
    '',
    help.replace(/\.$/, ''),
  ]);
  return table(['name', 'type', 'object', 'metric', 'what'], [...rows, ...collection]);
}

const COLLECTED = METRICS.filter(({ objects }) => objects.length > 0);

function describeMetric(metric: Metric): string {
  const { name, kind, unit, objects, family, rollup, heapster, description, source } = metric;
  const aliases = aliasesOf(name).map(code).join(', ');
  const facts = [
    `${kind}, ${unit}`,
    `objects ${objects.map(code).join(' ')}`,
    family === undefined ? [] : `each ${family}`,
    `kept as ${rollup}`,
    heapster ? 'Heapster' : 'ours',
    aliases === '' ? [] : `also called ${aliases}`,
  ].flat();
  return `### \`${name}\`

${escape(description)}.

- ${facts.join(' · ')}
- Prometheus: ${code(toOpenMetricsName(metric).sample)}
- Source: ${escape(source)}
`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |\n`;
  return `${line(columns)}${line(columns.map(() => '---'))}${rows.map(line).join('')}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** What Markdown would take for a cell's end or for HTML. */
function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
