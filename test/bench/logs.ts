import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DuckdbLogStore } from '../../src/adapters/duckdb/logs/log-store.duckdb.js';
import type { LogCondition, LogFilter } from '../../src/logs/core/filter/log-filter.js';
import { LogStoreBusyError } from '../../src/logs/store/log-store.port.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import type { Figure } from './figure.js';
import { COMMON_WORD, LogLines } from './log-lines.js';
import { percentile } from './median.js';
import { timed } from './timed.js';

const DAY_NS = 86_400_000_000_000n;
const HOUR_NS = 3_600_000_000_000n;
const DAYS = 7n;
const BATCH = 1_000;
/** Calls that run at once. */
const CLIENTS = 4;
const ROUNDS = 60;
const RARE_WORD = 'needle7f3a';
/** While questions are asked, so many lines come in each tenth of a second. */
const MEANWHILE = 500;
const INGEST_LINES = 500_000;

/** `npm run bench -- logs [--lines 10000000]`: lines written straight into the embedded store, then questions about seven days of 2,000 containers while 5,000 lines a second come in. */
export async function benchLogs(lines: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-logs-'));
  const store = await DuckdbLogStore.open({ folder: join(folder, 'logs'), retentionMs: 30 * 86_400_000 });
  try {
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    const startNs = nowNs - DAYS * DAY_NS;
    console.log(`Writing ${lines} lines over ${DAYS} days ...`);
    await timed('  written', () => seed(store, lines, startNs, (DAYS * DAY_NS) / BigInt(lines)));
    await timed('  put into segments', () => store.upkeep.upkeep(Date.now()));
    await timed('  put together', () => store.upkeep.upkeep(Date.now()));
    const { bytes = NaN, lines: stored = NaN } = await store.upkeep.stats();
    const ingest = await ingestRate(store, nowNs);
    const asked = await askWhileLinesCome(store, startNs, nowNs);
    return [
      { name: 'lines stored', value: stored, unit: '', atLeast: lines },
      { name: 'bytes a line', value: bytes / stored, unit: 'B', atMost: 40 },
      ...ingest,
      ...asked,
      { name: 'memory of this process, most', value: process.resourceUsage().maxRSS / 1024, unit: 'MB', atMost: 1000 },
    ];
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As a sender does: when it is told to wait it waits, and sends again. */
async function append(store: DuckdbLogStore, records: readonly LogRecord[]): Promise<void> {
  for (;;) {
    try {
      await store.writer.append(records);
      return;
    } catch (error) {
      if (!(error instanceof LogStoreBusyError)) throw error;
      await pause(error.retryAfterMs);
    }
  }
}

async function seed(store: DuckdbLogStore, lines: number, startNs: bigint, stepNs: bigint): Promise<void> {
  const source = new LogLines();
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent < lines) {
      const first = sent;
      sent += BATCH;
      const records = source.next(BATCH, startNs + BigInt(first) * stepNs, stepNs);
      const middle = records[BATCH / 2];
      const isMiddle = first <= lines / 2 && first + BATCH > lines / 2;
      if (isMiddle && middle) records[BATCH / 2] = { ...middle, message: `${middle.message} ${RARE_WORD}` };
      await append(store, records);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** The lines are made before the clock starts. */
async function ingestRate(store: DuckdbLogStore, nowNs: bigint): Promise<Figure[]> {
  const source = new LogLines();
  const batches = Array.from({ length: INGEST_LINES / BATCH }, (_, index) =>
    source.next(BATCH, nowNs + BigInt(index * BATCH) * 1000n, 1000n),
  );
  const [startedMs, cpu] = [performance.now(), process.cpuUsage()];
  const client = async (): Promise<void> => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) await append(store, batch);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return [
    { name: 'lines a second into the store', value: INGEST_LINES / seconds, unit: '', atLeast: 50_000 },
    { name: 'CPU of a line until it is durable', value: (user + system) / INGEST_LINES, unit: 'µs' },
  ];
}

async function askWhileLinesCome(store: DuckdbLogStore, startNs: bigint, nowNs: bigint): Promise<Figure[]> {
  const source = new LogLines();
  const writing = setInterval(() => {
    void append(store, source.next(MEANWHILE, BigInt(Date.now()) * 1_000_000n, 1000n));
  }, 100);
  try {
    const all = { fromNs: startNs - HOUR_NS, toNs: nowNs + DAY_NS };
    const newest = { order: 'newest' as const, limit: 100 };
    const hour = (round: number) => {
      const fromNs = startNs + BigInt(round + 12) * HOUR_NS;
      return { fromNs, toNs: fromNs + HOUR_NS };
    };
    const having = (condition: LogCondition): LogFilter => ({ terms: [{ condition, isNegated: false }] });
    const word = (token: string): LogFilter => having({ kind: 'words', tokens: [token] });
    const { reader } = store;
    const questions: readonly [string, number, (round: number) => Promise<number>][] = [
      [
        "a namespace's last 100 lines",
        50,
        async (round) => {
          const filter = having({ kind: 'exact', key: 'namespace', values: [`team-${String(round % 50)}`] });
          return (await reader.search({ filter, span: all, ...newest })).lines.length;
        },
      ],
      [
        'a word over one hour',
        150,
        async (round) =>
          (await reader.search({ filter: word(COMMON_WORD), span: hour(round), ...newest })).lines.length,
      ],
      [
        'a rare word over the whole store',
        1500,
        async () => (await reader.search({ filter: word(RARE_WORD), span: all, ...newest })).lines.length,
      ],
      [
        'histogram of a day by level',
        500,
        async (round) => {
          const fromNs = startNs + BigInt(round % 6) * DAY_NS;
          const query = {
            filter: { terms: [] },
            span: { fromNs, toNs: fromNs + DAY_NS },
            stepNs: HOUR_NS,
            by: 'level',
            maxValues: 10,
          };
          return (await reader.histogram(query)).counts.length;
        },
      ],
    ];
    const figures: Figure[] = [];
    for (const [name, atMost, ask] of questions) {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const startedMs = performance.now();
        const found = await ask(round);
        times.push(performance.now() - startedMs);
        if (found === 0) throw new Error(`${name}: nothing was found`);
      }
      figures.push({ name: `${name}, 95th percentile`, value: percentile(times, 0.95), unit: 'ms', atMost });
      figures.push({ name: `${name}, median`, value: percentile(times, 0.5), unit: 'ms' });
    }
    return figures;
  } finally {
    clearInterval(writing);
  }
}
