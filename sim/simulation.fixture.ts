import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { type Simulation, type SimulationOptions, startSimulation } from './simulation.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface WatchLine {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly code?: number;
    readonly metadata: { name: string; namespace?: string; resourceVersion: string; labels?: Record<string, string> };
  };
}

export interface AskOptions {
  readonly token?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** A simulated cluster in a folder of its own, with a client of it. For tests. */
export class SimulationFixture {
  private constructor(
    readonly simulation: Simulation,
    readonly dir: string,
    private readonly agent: Agent,
  ) {}

  static async start(options: Omit<SimulationOptions, 'dir'> & { dir?: string } = {}): Promise<SimulationFixture> {
    const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'simulation-'));
    const simulation = await startSimulation({ nodes: 2, podsPerNode: 9, ...options, dir });
    return new SimulationFixture(simulation, dir, new Agent({ keepAlive: true, ca: simulation.ca }));
  }

  async close(): Promise<void> {
    this.agent.destroy();
    await this.simulation.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  kubeletUrl(node: string): string {
    const port = this.simulation.truth.nodes().find((known) => known.name === node)?.port;
    return `https://127.0.0.1:${port}`;
  }

  /** Sends a request as the admin (`token: ''`: as nobody) and returns the whole answer. */
  async ask(url: string, options: AskOptions = {}): Promise<Answer> {
    const { token = this.simulation.tokens.admin, method = 'GET', body, headers = {}, signal } = options;
    const authorization = token === '' ? {} : { authorization: `Bearer ${token}` };
    const target = url.startsWith('/') ? `${this.simulation.url}${url}` : url;
    return new Promise((resolve, reject) => {
      const all = {
        method,
        agent: this.agent,
        headers: { ...authorization, ...headers },
        ...(signal ? { signal } : {}),
      };
      const sent = httpsRequest(target, all, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString(headers['accept-encoding'] ? 'latin1' : 'utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async askJson<Body>(url: string, options: AskOptions = {}): Promise<Body> {
    return JSON.parse((await this.ask(url, options)).body) as Body;
  }

  /** Opens a watch; `next` waits for its next event and is `undefined` when the stream is over or cut. */
  async watch(url: string): Promise<{ status: number; next: () => Promise<WatchLine | undefined>; close: () => void }> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.simulation.tokens.admin}` };
      const sent = httpsRequest(`${this.simulation.url}${url}`, { agent: this.agent, headers }, (response) => {
        response.on('error', () => undefined);
        const lines = linesOf(createInterface({ input: response }));
        const next = async (): Promise<WatchLine | undefined> => {
          try {
            const { value, done } = await lines.next();
            return done ? undefined : (JSON.parse(value) as WatchLine);
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return undefined;
            throw error;
          }
        };
        resolve({ status: response.statusCode ?? 0, next, close: () => void sent.destroy() });
      });
      sent.on('error', reject);
      sent.end();
    });
  }
}

function linesOf(reader: Interface): AsyncIterator<string> {
  return reader[Symbol.asyncIterator]();
}
