import type { LogRecord } from '../../src/logs/core/log-record.js';

/** 2026-03-04T10:00:00Z, ns. */
export const T0_NS = 1_772_618_400_000_000_000n;
export const SECOND_NS = 1_000_000_000n;

/** A line of the container `main` of `prod/web-1`, with all that is known of it. */
export function aLogRecord(over: Partial<LogRecord> = {}): LogRecord {
  const timeNs = over.timeNs ?? T0_NS;
  return {
    timeNs,
    observedNs: timeNs + 1_234_567n,
    stream: 'stdout',
    message: 'GET /index.html 200',
    namespace: 'prod',
    pod: 'web-1',
    podUid: `uid-of-${over.pod ?? 'web-1'}`,
    container: 'main',
    containerId: `id-of-${over.pod ?? 'web-1'}`,
    restart: 0,
    node: 'node-1',
    workload: 'Deployment/web',
    labels: { app: 'web' },
    sequence: 0,
    source: 'kubernetes',
    ...over,
  };
}

/** A line of a node's own log, which lacks all that is about a pod. */
export function aNodeRecord(over: Partial<LogRecord> = {}): LogRecord {
  const timeNs = over.timeNs ?? T0_NS;
  return {
    timeNs,
    observedNs: timeNs,
    message: 'Started kubelet',
    node: 'node-1',
    unit: 'kubelet.service',
    sequence: 0,
    source: 'bulk',
    ...over,
  };
}
