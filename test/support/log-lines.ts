import type { LogRecord } from '../../src/logs/core/log-record.js';

/** 2026-03-04T14:05:00Z, nanoseconds. */
export const T0_NS = BigInt(Date.UTC(2026, 2, 4, 14, 5)) * 1_000_000n;
export const SECOND_NS = 1_000_000_000n;

/** A line of the container `app` of a pod `web-1` in `shop`, unless it is said otherwise; `atS` seconds after `T0_NS`. */
export function aLogLine({ atS = 0, ...fields }: Partial<LogRecord> & { atS?: number } = {}): LogRecord {
  const timeNs = T0_NS + BigInt(Math.round(atS * 1e9));
  return {
    timeNs,
    observedNs: timeNs + SECOND_NS,
    stream: 'stdout',
    message: 'GET /cart 200',
    level: 'info',
    namespace: 'shop',
    pod: 'web-1',
    podUid: 'uid-web-1',
    container: 'app',
    containerId: 'c0',
    restart: 0,
    node: 'node-1',
    workload: 'Deployment/web',
    labels: { app: 'web' },
    sequence: 0,
    source: 'kubernetes',
    ...fields,
  };
}

/** A line that a node wrote itself. */
export function aNodeLine({ atS = 0, ...fields }: Partial<LogRecord> & { atS?: number } = {}): LogRecord {
  const timeNs = T0_NS + BigInt(Math.round(atS * 1e9));
  return {
    timeNs,
    observedNs: timeNs,
    message: 'Started kubelet',
    node: 'node-1',
    unit: 'kubelet.service',
    sequence: 0,
    source: 'bulk',
    ...fields,
  };
}
