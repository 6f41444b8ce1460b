import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView } from '../../src/jobs/run.schema.js';
import { packageRoot } from '../../src/platform/version.js';
import { eventually } from './eventually.js';

/** The words of a script of package.json. */
function wordsOf(script: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return (scripts[script] ?? '').split(' ');
}

/** Node's flags as `npm run start:built` has them, or those of an agent. */
export function nodeFlags(script: 'start:built' | 'start:agent' = 'start:built'): string[] {
  return wordsOf(script).filter((word) => word.startsWith('--'));
}

/** The variables that `npm run start:built` sets: how the C library keeps memory. */
export function allocatorVariables(): Record<string, string> {
  const set = wordsOf('start:built').filter((word) => word.startsWith('MALLOC_'));
  return Object.fromEntries(set.map((word) => word.split('=') as [string, string]));
}

/** Lets the programs of a test run keep their compiled code for the next ones, which spares each of them half a CPU second. Not in benchmarks. */
function compiledCode(): NodeJS.ProcessEnv {
  const isTest = process.env['JEST_WORKER_ID'] !== undefined;
  return isTest ? { NODE_COMPILE_CACHE: join(packageRoot(), 'node_modules', '.cache', 'quartermaster-code') } : {};
}

/** A compiled program of this project (`dist/…`) as a process of its own, as users run it. */
export class Program {
  private output = '';
  readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;

  constructor(script: string, args: readonly string[], env: NodeJS.ProcessEnv, flags = nodeFlags()) {
    const file = join(packageRoot(), 'dist', script);
    this.process = spawn(process.execPath, [...flags, file, ...args], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...allocatorVariables(), ...compiledCode(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.process, 'exit');
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on('data', (chunk) => (this.output += String(chunk)));
  }

  get pid(): number {
    const { pid } = this.process;
    if (pid === undefined) throw new Error('The process did not start');
    return pid;
  }

  private hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** All that it has printed so far. */
  printed(): string {
    return this.output;
  }

  /** The first match in what it prints; fails with its whole output when it ends before. */
  async prints(pattern: RegExp): Promise<RegExpMatchArray> {
    return eventually(`${pattern}`, () => {
      const match = this.output.match(pattern);
      if (!match && this.hasEnded())
        throw new Error(`Ended with ${this.process.exitCode ?? this.process.signalCode}:\n${this.output}`);
      return match;
    });
  }

  /** Sends a signal and resolves with the exit code (null when the signal killed it). */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (!this.hasEnded()) {
      this.process.kill(signal);
      await this.exited;
    }
    return this.process.exitCode;
  }

  /** Resolves with the exit code when it ends by itself. */
  async ended(): Promise<number | null> {
    if (!this.hasEnded()) await this.exited;
    return this.process.exitCode;
  }
}

/** The simulated cluster as a process. */
export async function startSimulator(
  dir: string,
  args: readonly string[] = [],
): Promise<{ readonly program: Program; readonly kubeconfig: string; readonly url: string }> {
  const program = new Program('sim/main.js', ['--dir', dir, ...args], {});
  const [, json] = await program.prints(/^(\{"ready".*\})$/m);
  const { kubeconfig, url } = JSON.parse(json ?? '') as { kubeconfig: string; url: string };
  return { program, kubeconfig, url };
}

/** The address in the log line that says so; a program that does not get so far is ended. */
async function listening(program: Program): Promise<string> {
  try {
    const [, url = ''] = await program.prints(/"url":"([^"]+)","message":"Listening"/);
    return url;
  } catch (error) {
    await program.end('SIGKILL');
    throw error;
  }
}

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** Quartermaster as a process, with a client that holds its admin token. */
export class Quartermaster implements AsyncDisposable {
  private constructor(
    readonly program: Program,
    readonly url: string,
    readonly token: string,
  ) {}

  /** Starts it on a free port and waits until it listens. `env` needs at least DATA_DIR and KUBECONFIG. */
  static async start(env: Record<string, string>): Promise<Quartermaster> {
    const program = new Program('src/main.js', [], { PORT: '0', LOG_FORMAT: 'json', ...env });
    const url = await listening(program);
    const token = env['ADMIN_TOKEN'] ?? readFileSync(join(env['DATA_DIR'] ?? '', 'admin-token'), 'utf8').trim();
    return new Quartermaster(program, url, token);
  }

  /** Status and JSON body of a call with the admin token. */
  async call<Body>(path: string, init: RequestInit = {}): Promise<Answer<Body>> {
    const headers = { authorization: `Bearer ${this.token}`, ...(init.headers as Record<string, string> | undefined) };
    const response = await fetch(`${this.url}${path}`, { ...init, headers });
    const text = await response.text();
    return {
      status: response.status,
      body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text) as Body,
    };
  }

  /** Ends it as an orchestrator would, and for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.end();
  }

  /** The body of a GET that must succeed. */
  async get<Body>(path: string): Promise<Body> {
    const { status, body } = await this.call<Body>(path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Status and JSON body of a call below `/api/v1`. */
  send<Body>(method: string, path: string, body?: object): Promise<Answer<Body>> {
    const headers = { 'content-type': 'application/json' };
    return this.call(
      `/api/v1${path}`,
      body === undefined ? { method } : { method, headers, body: JSON.stringify(body) },
    );
  }

  /** The body of such a call that must succeed. */
  async asked<Body>(method: string, path: string, body?: object): Promise<Body> {
    const answer = await this.send<Body>(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** The run that such a call starts (202), when it is over. */
  async done(method: string, path: string, body?: object): Promise<RunView> {
    const { status, body: begun } = await this.send<RunView>(method, path, body);
    if (status !== 202) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(begun)}`);
    return eventually(`the run of ${method} ${path}`, async () => {
      const run = await this.asked<RunView>('GET', `/runs/${begun.id}`);
      return run.finishedAt !== undefined && run;
    });
  }

  /** How many attempts of a job this very process has made, whatever came of them. */
  async attempts(job: string): Promise<number> {
    const text = await this.get<string>('/metrics');
    const counts = text.matchAll(
      new RegExp(`^quartermaster_job_duration_seconds_count\\{[^}]*job="${job}".*\\} (\\d+)$`, 'gm'),
    );
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** CPU seconds and resident bytes of the process, by its own account. */
  async usage(): Promise<{ readonly cpuSeconds: number; readonly residentBytes: number }> {
    const text = await this.get<string>('/metrics');
    const value = (name: string): number => Number(text.match(new RegExp(`^${name} (.+)$`, 'm'))?.[1]);
    return {
      cpuSeconds: value('quartermaster_process_cpu_seconds_total'),
      residentBytes: value('quartermaster_process_resident_memory_bytes'),
    };
  }
}
