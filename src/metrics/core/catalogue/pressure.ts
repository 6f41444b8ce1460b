import { counter, gauge, MEASURED, type Metric, ours, RATE } from './metric.js';

const SUBJECTS = [
  ['cpu', 'the CPU'],
  ['memory', 'memory'],
  ['io', 'a disk'],
] as const;

/**
 * Pressure stall information (Linux PSI, in the summary since Kubernetes 1.34): time that processes waited. `some`: at least one of them did; `full`: all did.
 * The kubelet hands on the kernel's totals, which are microseconds (its API's comment says nanoseconds; cAdvisor 0.52 metrics/prometheus.go has it right).
 * The kubelet's own averages (avg10, avg60, avg300) are not taken: the rate over a cycle says the same of a known window.
 */
export const PRESSURE_METRICS: readonly Metric[] = SUBJECTS.flatMap(([subject, thing]) =>
  (['some', 'full'] as const).flatMap((share) => {
    const name = `${subject}/psi_${share}`;
    const who = share === 'some' ? 'at least one process' : 'every process';
    return [
      counter(name, 'us', MEASURED, `Time in which ${who} waited for ${thing}`, `${subject}.psi.${share}.total`),
      gauge(
        `${name}_rate`,
        'ratio',
        MEASURED,
        `Share of the time in which ${who} waited for ${thing}`,
        `${name}: ${RATE}`,
      ),
    ].map(ours);
  }),
);
