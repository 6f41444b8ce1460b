import { randomUUID } from 'node:crypto';
import { PodResolver } from '../../src/logs/ingest/resolve-pod.js';
import { bulkAnswer } from '../../src/logs/ingest/core/bulk-answer.js';
import type { Figure } from './figure.js';
import { BulkReaderHere } from '../support/bulk-reader-here.js';
import { median } from './median.js';

const ROUNDS = 9;
const DOCUMENTS = 20_000;
const PODS = 200;

/** What the way from a `_bulk` body to records and to the answer costs, without HTTP and without a store: lines of about 150 bytes in Fluent Bit's layout, on one core. */
export async function benchLogParse(): Promise<Figure[]> {
  const body = Buffer.from(aBulkBody(DOCUMENTS));
  const linesPerSecond: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    const lines = await readAll(body);
    if (lines !== DOCUMENTS) throw new Error(`${lines} of ${DOCUMENTS} lines were read`);
    linesPerSecond.push((lines / (performance.now() - startedMs)) * 1000);
  }
  return [
    {
      name: 'bulk lines read on one core',
      value: Math.round(median(linesPerSecond)),
      unit: 'lines/s',
      atLeast: 100_000,
    },
  ];
}

const LABELS = { app: 'web', tier: 'front' };
const reader = new BulkReaderHere();
const pods = new Map(Array.from({ length: PODS }, (_, at) => [`web-${at}`, podOf(at, LABELS)]));
const resolver = new PodResolver({ pod: (_, name) => pods.get(name), workloadOf: () => 'Deployment/web' });

async function readAll(body: Buffer): Promise<number> {
  const bytes = Buffer.allocUnsafeSlow(body.length);
  body.copy(bytes);
  const given = { bytes, lines: 2 * DOCUMENTS + 1, observedNs: 1_767_261_607_000_000_000n, ownId: randomUUID() };
  const { items, lines } = await reader.read(given);
  for (const origin of lines.origins) resolver.resolve(origin);
  const { counts } = bulkAnswer(items, () => 'stored', 0);
  return counts.get('stored') ?? 0;
}

function podOf(at: number, labels: Readonly<Record<string, string>>) {
  return {
    namespace: 'shop',
    name: `web-${at}`,
    uid: `uid-${at}`,
    phase: 'Running',
    isReady: true,
    isTerminating: false,
    createdAtMs: 0,
    labels,
    hostNetwork: false,
    containers: [],
  };
}

/** Access logs, JSON and plain lines, as they are mixed in a cluster. */
export function aBulkBody(documents: number): string {
  const lines: string[] = [];
  for (let at = 0; at < documents; at++) {
    const pod = `web-${at % PODS}`;
    const kubernetes = {
      pod_name: pod,
      namespace_name: 'shop',
      pod_id: `uid-${at % PODS}`,
      labels: { app: 'web', 'pod-template-hash': '5d4f8c7b9' },
      host: `node-${at % 10}`,
      container_name: 'web',
      docker_id: 'c0ffee00'.repeat(8),
    };
    const time = `2026-01-01T10:00:${String(at % 60).padStart(2, '0')}.${String(at % 1000).padStart(3, '0')}456789Z`;
    const log = LOGS[at % LOGS.length]?.(at) ?? '';
    lines.push('{"create":{"_index":"logs"}}');
    lines.push(JSON.stringify({ '@timestamp': time, stream: 'stdout', _p: 'F', log, kubernetes }));
  }
  return `${lines.join('\n')}\n`;
}

const LOGS: readonly ((at: number) => string)[] = [
  (at) =>
    `10.244.1.7 - - [01/Jan/2026:10:00:07 +0000] "GET /cart/${at} HTTP/1.1" 200 ${at % 5000} "-" "Mozilla/5.0 (X11; Linux x86_64)" ${at % 90}ms`,
  (at) =>
    `{"level":"info","msg":"order paid","order":${at},"took":${at % 300},"user":"u${at % 1000}","currency":"EUR","path":"/pay"}`,
  (at) =>
    `time="2026-01-01T10:00:07Z" level=info msg="synced object" controller=web object=shop/web-${at % 50} took=${at % 40}ms attempt=1`,
  (at) =>
    `2026-01-01 10:00:07.123  INFO 1 --- [nio-8080-exec-${at % 9}] c.shop.cart.CartController : added item ${at} to the cart of user u${at % 1000}`,
];
