const CONTAINERS = 2_000;
const NAMESPACES = 50;
const PATHS = ['/api/v1/items', '/api/v1/orders', '/healthz', '/login', '/static/app.js', '/api/v2/search'];
/** Stands in one of so many lines: some are in each hour. */
export const COMMON_WORD = 'timeout';
const COMMON_EVERY = 1_000;
/** Stands in one line of all. */
export const RARE_WORD = 'needle7f3a';

/** What all lines of a container share, as text of Fluent Bit's layout. */
const ORIGINS = Array.from({ length: CONTAINERS }, (_, index) => {
  const app = `app-${String(index % 200)}`;
  return JSON.stringify({
    pod_name: `${app}-7d9c4b-${index.toString(36).padStart(5, 'x')}`,
    namespace_name: `team-${String(index % NAMESPACES)}`,
    pod_id: `5f0c1b7e-3a52-4d0e-9b1d-${index.toString(16).padStart(12, '0')}`,
    labels: { app, 'pod-template-hash': '7d9c4b' },
    host: `node-${String(index % 100)}`,
    container_name: 'main',
    docker_id: index.toString(16).padStart(64, 'a'),
  });
});

/**
 * Lines of 150 bytes as ingress-nginx writes them: an address, a path, a status, sizes, times, and an id that no other line has; of 2,000 containers in 50 namespaces. The
 * same at each run.
 */
export class LogLines {
  private readonly random = mulberry32(7);
  private count = 0;

  /**
   * The next lines as a body of `_bulk`, `stepMs` apart from `fromMs` on.
   * @param rareAt the line among them that has the rare word
   */
  bulk(lines: number, fromMs: number, stepMs: number, rareAt?: number): string {
    let body = '';
    for (let index = 0; index < lines; index += 1)
      body += `{"create":{"_index":"logs"}}\n${this.document(fromMs + index * stepMs, index === rareAt)}\n`;
    return body;
  }

  private document(timeMs: number, isRare: boolean): string {
    const { random } = this;
    this.count += 1;
    const origin = ORIGINS[Math.floor(random() * random() * CONTAINERS)] ?? '{}';
    const below = (end: number): string => String(Math.floor(random() * end));
    const isError = random() < 0.02;
    const id = `${Math.floor(random() * 2 ** 31).toString(16)}${Math.floor(random() * 2 ** 31).toString(16)}`;
    const path = PATHS[Math.floor(random() * PATHS.length)] ?? '/';
    const agent = isRare ? RARE_WORD : this.count % COMMON_EVERY === 0 ? COMMON_WORD : 'curl/8.9.1';
    const log = `10.2.${below(256)}.${below(256)} - - \\"GET ${path}?page=${below(50)} HTTP/1.1\\" ${isError ? '500' : '200'} ${below(9000)} \\"-\\" \\"${agent} (linux)\\" ${below(900)} 0.${below(1000).padStart(3, '0')} ${id}`;
    const time = `${new Date(timeMs).toISOString().slice(0, -1)}${below(1_000_000).padStart(6, '0')}Z`;
    return `{"@timestamp":"${time}","stream":"stdout","level":"${isError ? 'error' : 'info'}","log":"${log.padEnd(156, '.')}","kubernetes":${origin}}`;
  }
}

/** Numbers from 0 to 1, the same at each run, that do not repeat for four thousand million (Tommy Ettinger's Mulberry32, public domain). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
