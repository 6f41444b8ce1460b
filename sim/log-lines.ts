import { CRASH_RUN_MS } from './lifecycle.js';
import type { SimContainer, SimPod } from './model.js';
import { between, hash, type Key } from './seeded.js';

/** A line of a container's log. */
export interface SimLine {
  readonly atNs: bigint;
  readonly text: string;
}

type Style = 'access' | 'json' | 'logfmt' | 'klog' | 'java' | 'crash';

/** The crash-looping container is in trouble for so long before it falls over. */
const TROUBLE_MS = 8000;
const STYLES: Readonly<Record<string, Style>> = {
  web: 'access',
  upload: 'access',
  proxy: 'access',
  checkout: 'json',
  cart: 'json',
  ledger: 'json',
  scorer: 'json',
  query: 'java',
  indexer: 'java',
  coredns: 'klog',
  'kube-proxy': 'klog',
  'kube-apiserver': 'klog',
  'kube-scheduler': 'klog',
  'kube-controller-manager': 'klog',
};
const PATHS = ['/', '/products/17', '/cart', '/api/orders', '/api/search?q=lamp', '/static/app.js', '/healthz'];
const ANSWERS = [200, 200, 200, 200, 200, 200, 204, 304, 404, 500];
const TASKS = ['order accepted', 'payment authorised', 'stock reserved', 'session refreshed', 'cache filled'];

/** The lines that a life of a container wrote from one moment until before another, ms since the epoch: a pure function of seed and time. */
export function linesBetween(
  seed: number,
  pod: Pick<SimPod, 'uid'>,
  container: Pick<SimContainer, 'name' | 'behaviour'>,
  startedMs: number,
  span: { readonly fromMs: number; readonly toMs: number },
): SimLine[] {
  const keys: Key[] = [seed, 'log', pod.uid, container.name];
  const style = container.behaviour === 'crashing' ? 'crash' : (STYLES[container.name] ?? 'logfmt');
  const periodMs = Math.round(between(2000, 8000, ...keys));
  const lines: SimLine[] = [];
  const isIn = (atNs: bigint): boolean =>
    atNs >= BigInt(Math.ceil(span.fromMs)) * 1_000_000n && atNs < BigInt(Math.ceil(span.toMs)) * 1_000_000n;
  const firstMs = Math.max(startedMs, span.fromMs);
  const isTroubled = (atMs: number): boolean => style === 'crash' && atMs - startedMs >= CRASH_RUN_MS - TROUBLE_MS;
  for (let turn = Math.floor(firstMs / periodMs) - 1; turn * periodMs < span.toMs; turn += 1) {
    const times = isTroubled((turn + 1) * periodMs) ? 8 : 1; // a burst
    for (let index = 0; index < times; index += 1) {
      const place = [...keys, turn, index];
      const atMs = Math.floor(turn * periodMs + between(0, periodMs, 'at', ...place));
      const atNs = BigInt(atMs) * 1_000_000n + BigInt(hash('ns', ...place) % 1_000_000);
      if (atMs < startedMs) continue;
      const texts = textsOf(isTroubled(atMs) ? 'crash' : style === 'crash' ? 'logfmt' : style, atMs, place);
      lines.push(
        ...texts.map((text, step) => ({ atNs: atNs + BigInt(step) * 1000n, text })).filter((line) => isIn(line.atNs)),
      );
    }
  }
  return lines.sort((one, other) => (one.atNs < other.atNs ? -1 : Number(one.atNs > other.atNs)));
}

function textsOf(style: Style, atMs: number, place: readonly Key[]): string[] {
  const pick = <T>(values: readonly T[], what: string): T => values[hash(what, ...place) % values.length] as T;
  const stamp = new Date(atMs).toISOString();
  const durationMs = Math.round(between(1, 240, 'took', ...place));
  const status = pick(ANSWERS, 'status');
  const path = pick(PATHS, 'path');
  const task = pick(TASKS, 'task');
  const id = hash('id', ...place)
    .toString(16)
    .padStart(8, '0');
  const isOdd = hash('odd', ...place) % 40 === 0;
  switch (style) {
    case 'access':
      return [
        `10.128.0.${hash('ip', ...place) % 250} - - [${stamp}] "GET ${path} HTTP/1.1" ${status} ${durationMs * 113} "-" "shop/2.3" ${durationMs}`,
      ];
    case 'json':
      return [
        JSON.stringify({
          time: stamp,
          level: isOdd ? 'error' : 'info',
          msg: isOdd ? 'payment declined' : task,
          order: id,
          durationMs,
          status,
        }),
      ];
    case 'klog': {
      const [date, time] = [stamp.slice(5, 10).replace('-', ''), stamp.slice(11, 23)];
      return [
        `${isOdd ? 'W' : 'I'}${date} ${time}000       1 reconcile.go:${40 + (durationMs % 90)}] "${isOdd ? 'Slow request' : 'Synced'}" object="shop/${id}" duration="${durationMs}ms"`,
      ];
    }
    case 'java': {
      const head = `${stamp} ${isOdd ? 'ERROR' : 'INFO '} [worker-${durationMs % 8}] example.search.QueryService - ${isOdd ? 'Query failed' : task} id=${id}`;
      const trace = [
        'java.lang.IllegalStateException: shard 3 is not ready',
        '\tat example.search.Shard.read(Shard.java:118)',
        '\tat example.search.QueryService.run(QueryService.java:57)',
        'Caused by: java.io.IOException: connection reset',
        '\t... 12 more',
      ];
      return isOdd ? [head, ...trace] : [head];
    }
    case 'crash':
      return [
        'Traceback (most recent call last):',
        '  File "/app/worker.py", line 88, in render',
        '    image = decode(blob)',
        `MemoryError: cannot allocate ${durationMs} MiB for thumbnail ${id}`,
      ];
    case 'logfmt':
      return [`time=${stamp} level=${isOdd ? 'warn' : 'info'} msg="${task}" id=${id} duration=${durationMs}ms`];
  }
}
