import { counter, gauge, type Metric, type MetricUnit } from './metric.js';

const CADVISOR =
  "cAdvisor's JSON endpoints, which gave it to Heapster, were removed in Kubernetes 1.21, and the Summary API lacks it";
const ACCELERATORS =
  'kubelets no longer report accelerators (removed in Kubernetes 1.25); extended/request tells what is requested';

/** Heapster's metrics that no kubelet gives any more. They stand here so that who asks for one is told why it is not there. */
export const ABSENT_METRICS: readonly Metric[] = [
  absent('cpu/load', 'count', 'Run queue of the CPU', CADVISOR),
  absent(
    'memory/cache',
    'bytes',
    'Page cache',
    `${CADVISOR}; usage - rss also counts the kernel's memory, so nothing is derived`,
  ),
  ...(['read', 'write'] as const).flatMap((way) => [
    counter(
      `disk/io_${way}_bytes`,
      'bytes',
      [],
      `Bytes ${way === 'read' ? 'read' : 'written'} by block device`,
      `not collected: ${CADVISOR}`,
    ),
    absent(
      `disk/io_${way}_bytes_rate`,
      'bytes/s',
      `Bytes ${way === 'read' ? 'read' : 'written'} a second by block device`,
      CADVISOR,
    ),
  ]),
  absent('accelerator/memory_total', 'bytes', 'Memory of the accelerator', ACCELERATORS),
  absent('accelerator/memory_used', 'bytes', 'Memory in use on the accelerator', ACCELERATORS),
  absent(
    'accelerator/duty_cycle',
    'count',
    'Share of the time in which the accelerator was busy, in percent',
    ACCELERATORS,
  ),
];

function absent(name: string, unit: MetricUnit, description: string, why: string): Metric {
  return gauge(name, unit, [], description, `not collected: ${why}`);
}
