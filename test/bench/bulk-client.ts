import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { LogLines } from './log-lines.js';
import type { PreparedBodies } from './prepared-bodies.js';

const LINES_A_BODY = 1_000;
const BUSY_MS = 200;

/** Sends lines as shippers do: bodies of a thousand over kept connections, each sent again while the server says that it takes nothing now. */
export class BulkClient {
  private readonly agent = new Agent({ keepAlive: true });

  /** @param url of the server; `_bulk` is asked of it */
  constructor(
    private readonly url: string,
    private readonly headers: Record<string, string>,
    private readonly lines: LogLines,
  ) {}

  /** Sends all bodies over so many connections. Resolves when all are acknowledged. */
  async sendAll(bodies: PreparedBodies, clients: number): Promise<void> {
    let next = 0;
    const client = async (): Promise<void> => {
      while (next < bodies.count) await this.send(await bodies.read(next++));
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /** Sends lines of this moment, so many a second, until it is told to stop. @returns what stops it, and then says how many a second were acknowledged */
  trickle(linesPerSecond: number): () => Promise<number> {
    const startedMs = performance.now();
    const over = new AbortController();
    let [made, acknowledged] = [0, 0];
    const run = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const due = Math.floor(((performance.now() - startedMs) / 1000) * linesPerSecond) - made;
        if (due > 0) {
          const count = Math.min(due, LINES_A_BODY);
          made += count;
          await this.send(this.lines.bulk(count, Date.now(), 0.01));
          acknowledged += count;
        }
        await pause(due > LINES_A_BODY ? 0 : 100);
      }
    };
    const running = run();
    return async () => {
      const perSecond = acknowledged / ((performance.now() - startedMs) / 1000);
      over.abort();
      await running;
      return perSecond;
    };
  }

  close(): void {
    this.agent.destroy();
  }

  /** @throws when an item was refused for anything but pressure */
  private async send(body: string | Buffer): Promise<void> {
    for (;;) {
      const { status, answer } = await this.post(body);
      if (status === 200 && /^\{[^[]*"errors":false/.test(answer)) return;
      if (status !== 429 && !(status === 200 && /"status":429/.test(answer)))
        throw new Error(`_bulk was answered with ${status}: ${answer.slice(0, 500)}`);
      if (status === 200 && /"status":201/.test(answer)) throw new Error('A body was taken in part');
      await pause(BUSY_MS);
    }
  }

  private post(body: string | Buffer): Promise<{ status: number; answer: string }> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-ndjson', ...this.headers };
      const sent = request(`${this.url}/_bulk`, { method: 'POST', agent: this.agent, headers }, (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }
}
