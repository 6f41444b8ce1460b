import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

const run = promisify(execFile);

/** One series of an instant query. */
export interface PromSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A scraped target. */
export interface PromTarget {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

/** A Prometheus of our own on loopback, with its data in a temporary folder; Debian's `prometheus`. */
export class PrometheusServer implements AsyncDisposable {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
    private readonly folder: string,
  ) {}

  /** Starts one with this `prometheus.yml`, which `promtool` must like, and waits until it answers. */
  static async start(configuration: string): Promise<PrometheusServer> {
    const folder = await mkdtemp(join(tmpdir(), 'quartermaster-prometheus-'));
    const file = join(folder, 'prometheus.yml');
    await writeFile(file, configuration);
    await run('promtool', ['check', 'config', file]);
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      'prometheus',
      [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${address}`],
      { stdio: 'ignore' },
    );
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined);
    child.once('error', failed.reject);
    child.once('exit', (code) => failed.reject(new Error(`prometheus ended with ${code}`)));
    const server = new PrometheusServer(child, `http://${address}`, folder);
    await Promise.race([eventually('Prometheus is ready', () => server.isReady()), failed.promise]);
    return server;
  }

  /** The present value of an expression, by series. */
  async query(expression: string): Promise<PromSample[]> {
    const answer = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { status, error, data } = (await answer.json()) as {
      status: string;
      error?: string;
      data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    if (status !== 'success' || !data) throw new Error(`${expression}: ${error}`);
    return data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
  }

  async targets(): Promise<PromTarget[]> {
    const answer = await fetch(`${this.url}/api/v1/targets`);
    const { data } = (await answer.json()) as { data: { activeTargets: PromTarget[] } };
    return data.activeTargets;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await gone;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async isReady(): Promise<boolean> {
    return fetch(`${this.url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
