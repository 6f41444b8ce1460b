import type { LogRecord } from '../../src/logs/core/log-record.js';
import { seededRandom } from '../support/damage.js';

const CONTAINERS = 2_000;
const NAMESPACES = 50;
const PATHS = ['/api/v1/items', '/api/v1/orders', '/healthz', '/login', '/static/app.js', '/api/v2/search'];
/** Stands in one of so many lines: some are in each hour. */
export const COMMON_WORD = 'timeout';
const COMMON_EVERY = 1_000;

/** What all lines of a container share. */
const ORIGINS = Array.from({ length: CONTAINERS }, (_, index) => {
  const app = `app-${String(index % 200)}`;
  const pod = `${app}-7d9c4b-${index.toString(36).padStart(5, 'x')}`;
  return {
    namespace: `team-${String(index % NAMESPACES)}`,
    pod,
    podUid: `5f0c1b7e-3a52-4d0e-9b1d-${index.toString(16).padStart(12, '0')}`,
    container: 'main',
    containerId: index.toString(16).padStart(64, 'a'),
    restart: 0,
    node: `node-${String(index % 100)}`,
    workload: `Deployment/${app}`,
    labels: { app, 'pod-template-hash': '7d9c4b' },
    stream: 'stdout' as const,
    source: 'kubernetes' as const,
  };
});

/** Lines of 150 bytes as a web server writes them: an address, a path, a status, sizes, times, and an id that no other line has. The same at each run. */
export class LogLines {
  private readonly random = seededRandom(7);
  private count = 0;

  /** The next lines, `stepNs` apart from `fromNs` on. */
  next(lines: number, fromNs: bigint, stepNs: bigint): LogRecord[] {
    return Array.from({ length: lines }, (_, index) => this.line(fromNs + BigInt(index) * stepNs));
  }

  private line(timeNs: bigint): LogRecord {
    const { random } = this;
    this.count += 1;
    const origin = ORIGINS[Math.floor(random() * random() * CONTAINERS)] ?? ORIGINS[0];
    const isError = random() < 0.02;
    const id = `${Math.floor(random() * 2 ** 31).toString(16)}${Math.floor(random() * 2 ** 31).toString(16)}`;
    const path = PATHS[Math.floor(random() * PATHS.length)] ?? '/';
    const ms = (random() * 300).toFixed(1);
    const address = `10.2.${String(Math.floor(random() * 256))}.${String(Math.floor(random() * 256))}`;
    const status = isError ? '500' : '200';
    const rest = this.count % COMMON_EVERY === 0 ? COMMON_WORD : 'curl/8.9.1';
    const message = `${address} - - "GET ${path}?page=${String(Math.floor(random() * 50))} HTTP/1.1" ${status} ${String(Math.floor(random() * 9000))} "-" "${rest} (linux)" rt=${ms} request_id=${id}`;
    const jitterNs = BigInt(Math.floor(random() * 1_000_000));
    return {
      ...origin,
      source: 'kubernetes',
      timeNs: timeNs + jitterNs,
      observedNs: timeNs + 40_000_000n,
      level: isError ? 'error' : 'info',
      sequence: 0,
      message: message.padEnd(150, '.'),
    };
  }
}
