import { counter, each, gauge, type Metric, ours } from './metric.js';

const OBJECTS = ['node', 'pod', 'pod_container'] as const;
const SOURCE =
  "the kubelet's /metrics/cadvisor, where METRICS_CUSTOM names it; the resource is Custom:<its name>, with what labels it has beside the object's own";

/** What cAdvisor tells beside, one by one as they are asked for. */
export const CUSTOM_METRICS: readonly Metric[] = [
  gauge('custom/value', 'count', OBJECTS, 'A gauge of cAdvisor, in the unit that its name tells', SOURCE),
  counter('custom/accumulated', 'count', OBJECTS, 'A counter of cAdvisor, in the unit that its name tells', SOURCE),
].map((metric) => ours(each('custom', metric)));
