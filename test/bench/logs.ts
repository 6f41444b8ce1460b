import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Quartermaster, startSimulator } from '../support/program.js';
import { askInTurn, type Timed, type Times, tookMs } from './ask-in-turn.js';
import { BulkClient } from './bulk-client.js';
import { ElasticsearchPeer } from './elasticsearch-peer.js';
import type { Figure } from './figure.js';
import { LogLines } from './log-lines.js';
import { benchLogParse } from './log-parse.js';
import { logQuestions, type LogQuestion } from './log-questions.js';
import { percentile } from './median.js';
import { PreparedBodies, type SpreadLines } from './prepared-bodies.js';

const DAYS_MS = 7 * 86_400_000;
const CLIENTS = 4;
const ROUNDS = 60;
const WARM_UP = 3;
const MEANWHILE = 5_000;
/** Elasticsearch takes many times as long to fill. */
const MOST_PEER_LINES = 1_000_000;

interface Measured {
  readonly linesPerSecond: number;
  readonly meanwhile: number;
  readonly times: Times;
}

interface Target {
  /** Where bodies are kept until they are sent. */
  readonly folder: string;
  readonly client: BulkClient;
  /** @returns how much was found */
  readonly ask: (question: LogQuestion, round: number) => Promise<number>;
}

/**
 * `npm run bench -- logs [--lines 10000000]`: lines of seven days and 2,000 containers by `_bulk` into the whole program, then questions while 5,000 lines a second come in; and the same
 * bodies and questions to an Elasticsearch.
 */
export async function benchLogs(lines: number): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-logs-'));
  const fromMs = Date.now() - DAYS_MS;
  try {
    const parsing = await benchLogParse();
    const own = await measureProgram(dir, lines, fromMs);
    return [...parsing, ...own.figures, ...(await measurePeer(dir, own, Math.min(lines, MOST_PEER_LINES), fromMs))];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measureProgram(dir: string, lines: number, fromMs: number) {
  const simulator = await startSimulator(join(dir, 'cluster'), ['--nodes', '1', '--pods', '1']);
  const data = join(dir, 'data');
  const env = { KUBECONFIG: simulator.kubeconfig, DATA_DIR: data, LOGS_COLLECT: 'none', LOGS_RETENTION: '30d' };
  await using quartermaster = await Quartermaster.start(env);
  try {
    const { url, token, program } = quartermaster;
    const client = new BulkClient(url, { authorization: `Bearer ${token}` }, new LogLines());
    const ask = async ({ path }: LogQuestion, round: number): Promise<number> => {
      const { items, buckets } = await quartermaster.get<{ items?: unknown[]; buckets?: unknown[] }>(path(round));
      return (items ?? buckets ?? []).length;
    };
    console.log(`Sending ${lines} lines of ${DAYS_MS / 86_400_000} days to Quartermaster ...`);
    const { cpuSeconds: before } = await quartermaster.usage();
    let cpuSeconds = 0;
    const measured = await measure({ folder: dir, client, ask }, lines, fromMs, async () => {
      ({ cpuSeconds } = await quartermaster.usage());
    });
    const disk = diskOf(join(data, 'logs'));
    const figures: Figure[] = [
      { name: 'lines sent', value: lines, unit: '' },
      { name: 'acknowledged', value: measured.linesPerSecond, unit: 'lines/s', atLeast: 50_000 },
      { name: 'CPU of the program for a line', value: ((cpuSeconds - before) / lines) * 1e6, unit: 'µs' },
      { name: 'bytes of a line in segments', value: disk.bytesPerLine, unit: 'B', atMost: 40 },
      { name: 'lines in segments', value: disk.lines, unit: '' },
      { name: 'the database of the lines that are not', value: disk.openBytes / 1e6, unit: 'MB' },
      ...figuresOf(measured),
      { name: 'memory of the program, most', value: peakBytesOf(program.pid) / 1e6, unit: 'MB', atMost: 1000 },
    ];
    return { figures, measured, bytesPerLine: disk.bytesPerLine };
  } finally {
    await simulator.program.end();
  }
}

async function measurePeer(
  folder: string,
  own: Awaited<ReturnType<typeof measureProgram>>,
  lines: number,
  fromMs: number,
) {
  const peer = await ElasticsearchPeer.start();
  if (!peer) return [];
  try {
    console.log(`Sending ${lines} lines to Elasticsearch ...`);
    const client = new BulkClient(peer.url, {}, new LogLines());
    const ask = ({ search }: LogQuestion, round: number): Promise<number> => peer.ask(search(round));
    let bytes = 0;
    const measured = await measure({ folder, client, ask }, lines, fromMs, async () => (bytes = await peer.bytes()));
    const ratio = (name: string, value: number): Figure => ({ name: `Elasticsearch: ${name}`, value, unit: 'x' });
    return [
      { name: 'Elasticsearch: lines sent', value: lines, unit: '' },
      { name: 'Elasticsearch: acknowledged', value: measured.linesPerSecond, unit: 'lines/s' },
      { name: 'Elasticsearch: bytes of a line', value: bytes / lines, unit: 'B' },
      ...figuresOf(measured).map(({ name, value, unit }) => ({ name: `Elasticsearch: ${name}`, value, unit })),
      ratio('times as long to take a line', own.measured.linesPerSecond / measured.linesPerSecond),
      ratio('times as many bytes', bytes / lines / own.bytesPerLine),
      ...logQuestions(fromMs).map(({ name }, index) =>
        ratio(`${name}, times as long`, p95(measured.times[index]) / p95(own.measured.times[index])),
      ),
    ];
  } finally {
    await peer.stop();
  }
}

/** @param filled called when the lines stand, and nothing else comes in */
async function measure(
  { folder, client, ask }: Target,
  lines: number,
  fromMs: number,
  filled: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Measured> {
  const linesPerSecond = await fill(folder, client, { lines, fromMs, toMs: fromMs + DAYS_MS });
  console.log(`  ${Math.round(linesPerSecond)} lines a second`);
  await filled();
  const stop = client.trickle(MEANWHILE);
  console.log(`Asking, ${ROUNDS} times each in turn, while ${MEANWHILE} lines a second come in ...`);
  const questions = logQuestions(fromMs).map((question) => async (round: number) => {
    if ((await ask(question, round)) === 0) throw new Error(`${question.name}: nothing was found`);
  });
  const times = await askInTurn(questions, ROUNDS, WARM_UP);
  const meanwhile = await stop();
  client.close();
  return { linesPerSecond, meanwhile, times };
}

/** @returns lines a second that were acknowledged */
async function fill(folder: string, client: BulkClient, spread: SpreadLines): Promise<number> {
  const path = join(folder, 'bodies');
  await using bodies = await PreparedBodies.write(path, new LogLines(), spread);
  const startedMs = performance.now();
  await client.sendAll(bodies, CLIENTS);
  const linesPerSecond = spread.lines / ((performance.now() - startedMs) / 1000);
  rmSync(path);
  return linesPerSecond;
}

function figuresOf({ times, meanwhile }: Measured): Figure[] {
  return [
    ...logQuestions(0).flatMap(({ name, atMostMs }, index) => [
      { name: `${name}, 95th percentile`, value: p95(times[index]), unit: 'ms', atMost: atMostMs },
      { name: `${name}, median`, value: percentile(tookMs(times[index]), 0.5), unit: 'ms' },
    ]),
    { name: 'lines a second meanwhile', value: meanwhile, unit: '', atLeast: MEANWHILE * 0.98 },
  ];
}

const p95 = (times: readonly Timed[] = []): number => percentile(tookMs(times), 0.95);

/** What stands in segments, with their filters, and what the rest takes until it does. A segment's name ends with its lines. */
function diskOf(folder: string): { lines: number; bytesPerLine: number; openBytes: number } {
  const sizeOf = (path: string): number => statSync(path).size;
  const segments = readdirSync(join(folder, 'segments')).filter((name) => /\.(parquet|bloom)$/.test(name));
  const bytes = segments.reduce((sum, name) => sum + sizeOf(join(folder, 'segments', name)), 0);
  const lines = segments.reduce((sum, name) => sum + Number(/_(\d+)\.parquet$/.exec(name)?.[1] ?? 0), 0);
  const open = readdirSync(folder).filter((name) => name.startsWith('logs.duckdb'));
  return {
    lines,
    bytesPerLine: bytes / lines,
    openBytes: open.reduce((sum, name) => sum + sizeOf(join(folder, name)), 0),
  };
}

function peakBytesOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
