import type { MetricObject } from '../../core/sample.js';

/** The labels of samples, in their order: what an object is and where, by the words of the API. */
export const OPEN_METRICS_LABELS = ['object', 'namespace', 'pod', 'container', 'node', 'workload', 'resource'] as const;

/**
 * An object as labels, without the braces: `object="pod",namespace="shop",pod="web-1",node="node-1"`. A pod's uid and the Kubernetes labels are left out: they
 * would make new series of the same thing.
 */
export function openMetricsLabels(object: MetricObject): string {
  const { type, namespace, pod, container, node, workload, resource } = object;
  const values = [type, namespace, pod, container, node, workload, resource];
  const pairs = OPEN_METRICS_LABELS.flatMap((label, index) => labelPair(label, values[index]));
  return pairs.join(','); // join makes one flat string, where + would keep a tree of its pieces
}

/** `label="value"`, or nothing for what is unknown; in the value `\`, `"` and line ends are escaped, as both formats want it. */
export function labelPair(label: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${label}="${escapeText(value)}"`];
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** Escaped as OpenMetrics wants it between quotes and in the text of HELP. */
export function escapeText(text: string): string {
  return /[\\"\n]/.test(text) ? text.replaceAll(/[\\"\n]/g, (special) => ESCAPES[special] ?? special) : text;
}
